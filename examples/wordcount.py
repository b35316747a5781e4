# Counts the words of stdin and prints the most frequent. Arguments: how many (10).
import re
import sys
from collections import Counter

most = int(sys.argv[1]) if len(sys.argv) > 1 else 10
words = Counter()
for line in sys.stdin:
    words.update(re.findall(r"[\w']+", line.lower()))
for word, count in words.most_common(most):
    print(f"{count:6d}  {word}")
print(f"{sum(words.values())} words, {len(words)} different", file=sys.stderr)
