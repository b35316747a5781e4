import { type Example, NATIVE_EXAMPLES } from './native-examples.ts';

const PROGRESS = `# Draws a progress bar, as pip and tqdm do.
import sys
import time

steps = 40
for step in range(steps + 1):
    bar = "#" * step + "." * (steps - step)
    print(f"\\r\\033[32m[{bar}]\\033[0m {100 * step // steps:3}%", end="", flush=True)
    time.sleep(0.08)
print("\\ndone")
print("what goes to stderr looks like this", file=sys.stderr)
`;

const PRIMES = `# Arguments: a bound (1000).
import sys

bound = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
primes = []
for number in range(2, bound):
    if all(number % prime for prime in primes if prime * prime <= number):
        primes.append(number)
        print(number)
print(len(primes), "primes below", bound)
`;

const WORDS = `# Counts the words of its standard input: what is under Standard input, or what is typed
# below the output until "End input".
import sys
from collections import Counter

words = Counter(sys.stdin.read().lower().split())
for word, count in words.most_common(10):
    print(f"{count:4}  {word}")
`;

const GUESS = `# A game that asks. Type below the output.
import random

number = random.randint(1, 100)
print("I think of a number from 1 to 100.")
tries = 0
while True:
    guess = input("Your guess? ")
    if not guess.strip().isdigit():
        print("A whole number, please.")
        continue
    tries += 1
    if int(guess) == number:
        break
    print("\\033[33mhigher\\033[0m" if int(guess) < number else "\\033[36mlower\\033[0m")
print(f"Right, after {tries} tries.")
`;

const COUNTDOWN = `// Counts down, a number a second.
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

for (let left = 5; left > 0; left--) {
  console.log(left);
  await pause(1000);
}
console.log('\\x1b[1;33mlift-off\\x1b[0m');
`;

const MANDELBROT = `// Draws the Mandelbrot set, row by row.
const shades = ' .:-=+*#%@';

for (let y = -1.2; y <= 1.2; y += 0.1) {
  let row = '';
  for (let x = -2; x <= 0.6; x += 0.04) {
    let [a, b, steps] = [0, 0, 0];
    while (a * a + b * b < 4 && steps < 90) {
      [a, b] = [a * a - b * b + x, 2 * a * b + y];
      steps++;
    }
    row += shades[Math.floor(steps / 10)] ?? '@';
  }
  console.log(row);
}
`;

const SHAPES = `// Areas of some shapes. Types are not checked, only taken away.
type Shape = { kind: 'circle'; radius: number } | { kind: 'square'; side: number };

const area = (shape: Shape): number =>
  shape.kind === 'circle' ? Math.PI * shape.radius ** 2 : shape.side ** 2;

const shapes: Shape[] = [
  { kind: 'circle', radius: 1 },
  { kind: 'square', side: 3 },
];
for (const shape of shapes) console.log(shape.kind.padEnd(8), area(shape).toFixed(3));
`;

/** The first one of a language stands in the editor when it is chosen. */
export const EXAMPLES: readonly Example[] = [
  { name: 'Progress bar', language: 'python', code: PROGRESS },
  { name: 'Prime numbers', language: 'python', code: PRIMES },
  { name: 'A number to guess', language: 'python', code: GUESS },
  { name: 'Counting words', language: 'python', code: WORDS },
  { name: 'Countdown', language: 'javascript', code: COUNTDOWN },
  { name: 'Mandelbrot set', language: 'javascript', code: MANDELBROT },
  { name: 'Shapes', language: 'typescript', code: SHAPES },
  ...NATIVE_EXAMPLES,
];

/** What stands in the editor of a language before anything is written; nothing where there is no example. */
export function firstExample(language: string): string {
  return EXAMPLES.find((example) => example.language === language)?.code ?? '';
}

/** Whether the text is as it came, so that another example may take its place. */
export function isExample(code: string): boolean {
  return code.trim() === '' || EXAMPLES.some((example) => example.code === code);
}
