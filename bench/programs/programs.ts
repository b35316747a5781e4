import type { Language, Program } from '../client/operations.ts';

/** Prints one line and ends. */
export function hello(language: Language): Program<Language> {
  return { language, code: language === 'python' ? 'print("hello")' : 'console.log("hello")' };
}

/** Prints a line and sleeps until it is ended from outside. */
export function sleeper(language: Language): Program<Language> {
  const code =
    language === 'python'
      ? 'import time\nprint("asleep", flush=True)\nwhile True: time.sleep(1)'
      : 'console.log("asleep");\nsetInterval(() => {}, 1000);';
  return { language, code, limits: { timeoutMs: 3_600_000 } };
}

/** Prints so many numbered lines of some 65 bytes as fast as it can. */
export function manyLines(language: Language, count: number): Program<Language> {
  const text = 'the quick brown fox jumps over the lazy dog, once more';
  const code =
    language === 'python'
      ? `for n in range(1, ${count + 1}):\n    print(f"{n} ${text}")`
      : `for (let n = 1; n <= ${count}; n++) console.log(\`\${n} ${text}\`);`;
  return { language, code, limits: { timeoutMs: 300_000 } };
}

/** Prints the time as `now` of `clock.ts` tells it, so many times with a pause between, milliseconds. */
export function stamps(language: Language, count: number, everyMs: number): Program<Language> {
  const code =
    language === 'python'
      ? `${PYTHON_NOW}
for _ in range(${count}):
    print(f"{now():.3f}", flush=True)
    time.sleep(${everyMs / 1000})`
      : `${JAVASCRIPT_NOW}
for (let n = 0; n < ${count}; n++) {
  console.log(now().toFixed(3));
  await new Promise((resolve) => setTimeout(resolve, ${everyMs}));
}`;
  return { language, code, limits: { timeoutMs: 600_000 } };
}

/** The same as `calibratedClock`: the wall clock may tick in whole milliseconds only. */
const PYTHON_NOW = `import time
offset = float("-inf")
for _ in range(5):
    before = tick = time.time()
    while tick == before: tick = time.time()
    offset = max(offset, tick - time.perf_counter())
def now(): return (offset + time.perf_counter()) * 1000`;

const JAVASCRIPT_NOW = `let offset = Number.NEGATIVE_INFINITY;
for (let time = 0; time < 5; time++) {
  const before = Date.now();
  let tick = before;
  while (tick === before) tick = Date.now();
  offset = Math.max(offset, tick - performance.now());
}
const now = () => offset + performance.now();`;
