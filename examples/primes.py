# An endless sieve that prints primes as it finds them, up to a bound. Arguments: bound (20000).
import sys
from itertools import count

bound = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
composites = {}
found = 0
for number in count(2):
    if number > bound:
        break
    factors = composites.pop(number, None)
    if factors is None:
        found += 1
        print(number)
        composites[number * number] = [number]
    else:
        for factor in factors:
            composites.setdefault(number + factor, []).append(factor)
print(f"{found} primes up to {bound}", file=sys.stderr)
