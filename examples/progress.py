# A download that reports its progress, one line at a time and a bar on stderr without newlines.
import random
import sys
import time

STEPS = 40
print("Fetching dataset.tar (simulated)")
for step in range(1, STEPS + 1):
    time.sleep(random.uniform(0.02, 0.12))
    bar = "#" * step + "." * (STEPS - step)
    print(f"\r[{bar}] {100 * step // STEPS:3d}%", end="", file=sys.stderr, flush=True)
    if step % 10 == 0:
        print(f"part {step // 10} of {STEPS // 10} stored", flush=True)
print(file=sys.stderr)
print("Done")
