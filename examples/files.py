"""Leaves two files: a table of sines, and a drawing of them."""

import csv
import math
from pathlib import Path

points = [(degrees, math.sin(math.radians(degrees))) for degrees in range(0, 361, 5)]

with open("numbers.csv", "w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["degrees", "sine"])
    writer.writerows((degrees, f"{sine:.6f}") for degrees, sine in points)

Path("plots").mkdir()
path = " ".join(f"{degrees},{100 - 90 * sine:.1f}" for degrees, sine in points)
Path("plots/sine.svg").write_text(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 200">'
    f'<polyline points="{path}" fill="none" stroke="teal" stroke-width="2"/></svg>'
)
print(f"{len(points)} points in numbers.csv, drawn in plots/sine.svg")
