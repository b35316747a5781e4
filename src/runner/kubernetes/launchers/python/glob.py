"""Globs, by the rules of ../../../../executions/files/glob.ts. The server has checked that they parse."""

STAR = object()
"""Any number of any characters of one name."""
DEEP = object()
"""Any number of folders."""


class Glob:
    """A pattern for paths, which are tuples of names. To match takes the product of the lengths at most."""

    def __init__(self, text):
        self.patterns = [[glob_part(part) for part in one.split("/")] for one in alternatives(text)]

    def matches(self, path):
        return any(matches_all(pattern, path, matches_part, DEEP) for pattern in self.patterns)

    def leads_below(self, folder):
        """Whether a path below this folder may match."""
        return any(leads_below(pattern, folder) for pattern in self.patterns)


def leads_below(pattern, folder):
    for index, name in enumerate(folder):
        if index == len(pattern):
            return False
        if pattern[index] is DEEP:
            return True
        if not matches_part(pattern[index], name):
            return False
    return len(pattern) > len(folder)


def matches_part(part, name):
    return part is not DEEP and matches_all(part, name, matches_token, STAR)


def matches_token(token, character):
    return token is not STAR and token(character)


def matches_all(pattern, values, matches, wildcard):
    """From the left; what does not fit makes the last wildcard take one more, and no earlier one has to."""
    at = index = taken = 0
    last = None
    while index < len(values):
        if at < len(pattern) and pattern[at] is wildcard:
            last, taken = at, index
            at += 1
        elif at < len(pattern) and matches(pattern[at], values[index]):
            at += 1
            index += 1
        elif last is None:
            return False
        else:
            at = last + 1
            taken += 1
            index = taken
    return all(one is wildcard for one in pattern[at:])


def alternatives(glob):
    """What `{a,b}` makes of it."""
    made = [""]
    index = 0
    while index < len(glob):
        end = index + 1
        choices = [glob[index]]
        if glob[index] == "[":
            end = end_of_set(glob, index)
            choices = [glob[index:end]]
        elif glob[index] == "{":
            end = glob.index("}", index) + 1
            choices = glob[index + 1 : end - 1].split(",")
        made = [before + choice for before in made for choice in choices]
        index = end
    return made


def glob_part(text):
    if text == "**":
        return DEEP
    tokens = []
    index = 0
    while index < len(text):
        end = index + 1
        if text[index] == "[":
            end = end_of_set(text, index)
            tokens.append(one_of(text[index + 1 : end - 1]))
        elif text[index] == "*":
            tokens.append(STAR)
        elif text[index] == "?":
            tokens.append(lambda character: True)
        else:
            tokens.append(text[index].__eq__)
        index = end
    return tokens


def end_of_set(text, start):
    """Behind the `]`; one that is first stands for itself."""
    first = start + (2 if text[start + 1 : start + 2] in ("!", "^") else 1)
    return text.index("]", first + 1) + 1


def one_of(inside):
    is_negated = inside[:1] in ("!", "^")
    characters = inside[1:] if is_negated else inside
    ranges = []
    index = 0
    while index < len(characters):
        is_range = index + 2 < len(characters) and characters[index + 1] == "-"
        ranges.append((characters[index], characters[index + 2 if is_range else index]))
        index += 3 if is_range else 1
    return lambda character: any(low <= character <= high for low, high in ranges) != is_negated
