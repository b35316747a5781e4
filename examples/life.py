# Conway's game of life: a glider and a blinker, one frame after another. Arguments: generations (30).
import sys
import time

WIDTH, HEIGHT = 32, 14
generations = int(sys.argv[1]) if len(sys.argv) > 1 else 30
alive = {(1, 0), (2, 1), (0, 2), (1, 2), (2, 2), (20, 6), (21, 6), (22, 6)}


def neighbours(x, y):
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            if dx or dy:
                yield (x + dx) % WIDTH, (y + dy) % HEIGHT


def step(cells):
    counts = {}
    for cell in cells:
        for near in neighbours(*cell):
            counts[near] = counts.get(near, 0) + 1
    return {cell for cell, count in counts.items() if count == 3 or (count == 2 and cell in cells)}


for generation in range(generations):
    print(f"generation {generation}, {len(alive)} alive")
    for y in range(HEIGHT):
        print("".join("#" if (x, y) in alive else "." for x in range(WIDTH)))
    print(flush=True)
    alive = step(alive)
    time.sleep(0.1)
