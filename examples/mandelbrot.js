// Draws the Mandelbrot set in characters, row by row, then zooms in. Arguments: frames (3).
const frames = Number(process.argv[2] ?? 3);
const [width, height, deepest] = [78, 24, 400];
const shades = ' .:-=+*#%@';

function shade(real, imaginary) {
  let [a, b, steps] = [0, 0, 0];
  while (a * a + b * b <= 4 && steps < deepest) {
    [a, b] = [a * a - b * b + real, 2 * a * b + imaginary];
    steps++;
  }
  return steps === deepest ? ' ' : shades[1 + (steps % (shades.length - 1))];
}

for (let frame = 0; frame < frames; frame++) {
  const scale = 1.5 / 6 ** frame;
  for (let row = 0; row < height; row++) {
    let line = '';
    for (let column = 0; column < width; column++) {
      line += shade(-0.743643 + ((column / width) * 2 - 1) * scale * 1.3, 0.131825 + ((row / height) * 2 - 1) * scale);
    }
    console.log(line);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  console.error(`frame ${frame + 1} of ${frames}, half height ${scale}`);
}
