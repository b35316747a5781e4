import math
import sys


class Point:
    """V8 compiles a function of WebAssembly when it is first called: this calls what most programs call."""

    def __init__(self, x, y=0):
        self.x = x
        self.y = y

    def __repr__(self):
        return f"Point({self.x!r}, {self.y:.2f})"

    @property
    def length(self):
        return math.hypot(self.x, self.y)


def numbers(limit, *rest, **named):
    for number in range(limit):
        if number % 2:
            yield number * 3 // 2
        elif number > 10**20:
            break


points = [Point(x, y=x / 2) for x in numbers(6)]
points.sort(key=lambda point: -point.length)
table = {point.x: str(point) for point in points if point.x is not None}
table.update({"a": 1, "b": [1, 2.5, None]})
words = "one two  three\n".strip().split() + ["%s-%d" % ("x", 3), "{:>5}".format(4), "é".encode().decode("utf-8")]
try:
    table["missing"]
except KeyError as error:
    words.append(repr(error))
finally:
    total = sum(map(len, words))
with open("/tmp/warm-up", "w") as file:
    file.write("text\n" * 3)
with open("/tmp/warm-up") as file:
    lines = [line.rstrip() for line in file]
first, *others = sorted({*words, "z"})
print("text", points, table, first, others, total, 2**100, 1.5e300, sep=", ", end="\n", file=sys.stdout)
print(f"{total:05d} {'a':<4}|", *enumerate(zip(lines, words)), flush=True)
