import { type Attempt, LONG, SHORT } from '../attempt.ts';
import { LIES } from './lies.ts';

/** Frames of its own making. What the server then believes may be wrong of this program alone. */
export const frames: readonly Attempt[] = [
  {
    name: 'lies of every kind to stdout and stderr of its launcher and to what it may have inherited',
    code: `${LIES}
const target = (pid, number) => { try { return fs.readlinkSync('/proc/' + pid + '/fd/' + number); } catch { return null; } };
const numbers = Array.from({ length: 256 }, (_, number) => number);
const theirs = new Set(numbers.map((number) => target(1, number)).filter((one) => one?.startsWith('pipe:')));
// What it may have inherited. Its own pipes would only hold it up.
const inherited = numbers.filter((number) => number > 2 && theirs.has(target('self', number)));
const places = [...['/proc/1/fd/1', '/proc/1/fd/2'], ...inherited];
console.log(inherited.length, 'inherited');
for (const place of places) if (tell(place, '\\n')) for (const lie of lies) tell(place, lie);
console.log('made');
process.exit(3);`,
    ends: ['EXITED', 'INTERRUPTED'],
    limits: LONG,
  },
  {
    name: 'the next number, before its launcher gives it',
    code: `${LIES}
for (let number = 1; number <= 50; number++) tell(launchers, out(number));
for (let number = 1; number <= 80; number++) { fs.writeSync(1, 'line ' + number + '\\n'); sleep(3); }
process.exit(3);`,
    ends: ['EXITED', 'INTERRUPTED'],
    lies: true,
    limits: LONG,
  },
  {
    name: 'an end with code 0, then work for nothing',
    code: `${LIES}
for (let last = 0; last < 5; last++) tell(launchers, end(last));
for (;;) {}`,
    ends: ['EXITED'],
    lies: true,
    limits: LONG,
  },
  {
    name: 'an end beyond what there is, over and over',
    code: `${LIES}
for (;;) { tell(launchers, end(99)); sleep(1); }`,
    ends: ['TIMED_OUT', 'INTERRUPTED'],
    limits: SHORT,
  },
  {
    name: 'half a line, so that the next frame is none',
    code: `${LIES}
for (let number = 1; number <= 20; number++) {
  tell(launchers, out(number).slice(0, -9));
  console.log('line ' + number);
  sleep(20);
}
console.log('made');
process.exit(3);`,
    ends: ['EXITED', 'INTERRUPTED'],
    limits: LONG,
  },
  {
    name: 'a hundred MiB of nothing',
    code: `${LIES}
const piece = 'x'.repeat(65535) + '\\n';
const descriptor = open(launchers);
if (descriptor === null) process.exit(3);
for (let count = 0; count < 1600; count++) fs.writeSync(descriptor, piece);
console.log('made');
process.exit(3);`,
    ends: ['EXITED', 'INTERRUPTED', 'TIMED_OUT'],
    limits: { timeoutMs: 10_000 },
  },
  {
    name: 'answers and starts without end',
    code: `${LIES}
const piece = lies.slice(13, 15).join('').repeat(300);
const descriptor = open(launchers);
if (descriptor === null) process.exit(3);
for (;;) fs.writeSync(descriptor, piece);`,
    ends: ['EXITED', 'INTERRUPTED', 'TIMED_OUT'],
    limits: SHORT,
  },
  {
    name: 'one line that never ends',
    code: `${LIES}
const piece = 'x'.repeat(65536);
const descriptor = open(launchers);
if (descriptor === null) process.exit(3);
for (;;) fs.writeSync(descriptor, piece);`,
    ends: ['EXITED', 'INTERRUPTED', 'TIMED_OUT'],
    limits: SHORT,
  },
  {
    name: 'output beyond its limit, as frames',
    code: `${LIES}
for (let number = 1; number < 500; number++) tell(launchers, line({ type: 'out', n: number, s: 1, at, d: word.repeat(300) }));
setInterval(() => {}, 1000);`,
    ends: ['OUTPUT_LIMIT', 'TIMED_OUT', 'INTERRUPTED'],
    lies: true,
    limits: { ...SHORT, outputBytes: 100_000 },
  },
];
