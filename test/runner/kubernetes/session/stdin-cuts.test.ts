import { describe, expect, it } from 'vitest';
import { Session } from '../../../../src/runner/kubernetes/session/session.ts';
import { passInterrupts } from '../../../../src/runner/run/endings/stop.ts';
import { TestLauncher } from '../../../support/launcher/launchers.ts';
import { payloadJson } from '../../../support/launcher/payload.ts';
import { ScriptedInput } from '../../../support/program-input.ts';
import { Listener, silentLogger } from './listener.ts';
import { seeded, UnreliablePod } from './unreliable-pod.ts';

const ID = '0197b9a2-7c1e-7bbb-8000-000000000001';

/** Prints each line that it reads, and a line for each interrupt. */
const PROGRAMS = {
  python: `import signal, sys
signal.signal(signal.SIGINT, lambda *_: print("interrupted", file=sys.stderr, flush=True))
for line in sys.stdin: print(line, end="")`,
  javascript: `process.on('SIGINT', () => console.error('interrupted'));
process.stdin.on('data', (part) => process.stdout.write(part));
process.stdin.on('end', () => process.exit());`,
};

/** Lines of all lengths. */
function lineOf(n: number): string {
  return `line ${n} ä€🙂 ${'x'.repeat((n * 37) % 900)}\n`;
}

const LINES = 1200;
const TEXT = Array.from({ length: LINES }, (_, n) => lineOf(n)).join('');

const payload = (launcher: keyof typeof PROGRAMS): string =>
  payloadJson(PROGRAMS[launcher], {
    language: launcher,
    fileName: launcher === 'python' ? 'main.py' : 'main.js',
    stdin: lineOf(0),
    stdinOpen: true,
  });

const textOf = (listeners: readonly Listener[], stream = 'STDOUT'): string =>
  listeners
    .flatMap(({ chunks }) => chunks)
    .filter((chunk) => chunk.stream === stream)
    .map(({ text }) => text)
    .join('');

describe.each(['python', 'javascript'] as const)('stdin over streams that are cut anywhere: %s', (name) => {
  const from = Buffer.byteLength(lineOf(0));

  it('comes whole and in order, and interrupts as often as they were requested', async () => {
    await using launcher = await TestLauncher.start(name);
    const seed = Math.floor(Math.random() * 2 ** 32);
    const pod = new UnreliablePod(launcher, { random: seeded(seed), cutWithin: 60_000, failsOf: 20 });
    using session = new Session({ attach: pod.attach, after: 0, logger: silentLogger });
    const listener = new Listener();
    const input = new ScriptedInput({ stdin: lineOf(0) });
    const over = new AbortController();
    await session.open(AbortSignal.timeout(20_000));
    session.program.run(ID, payload(name), listener);
    const feeding = session.program.stdin.feed(input, from, over.signal);
    const interrupting = passInterrupts(input, over.signal, (count) => session.program.interrupt(count));
    for (let n = 1; n < LINES; n++) {
      input.write(lineOf(n));
      if (n % 10 === 0) await listener.has(listener.chunks.length + 1);
      if (n === 300 || n === 800) input.interrupt();
    }
    input.end();
    const story = `seed ${seed}, ${pod.cuts} cuts`;
    expect(await listener.over, story).toMatchObject({ cause: 'exit', exitCode: 0 });
    expect(textOf([listener]), story).toBe(TEXT);
    expect(textOf([listener], 'STDERR'), story).toBe('interrupted\n'.repeat(2));
    expect(input.takenBytes, story).toBe(Buffer.byteLength(TEXT));
    expect(pod.cuts, story).toBeGreaterThan(5);
    over.abort();
    await Promise.all([feeding, interrupting]);
  });

  it('goes on at another server where the one before was killed, also when that lives on for a while', async () => {
    await using launcher = await TestLauncher.start(name);
    const seed = Math.floor(Math.random() * 2 ** 32);
    const random = seeded(seed);
    const input = new ScriptedInput({ stdin: lineOf(0) });
    const over = new AbortController();
    const listeners: Listener[] = [];
    using sessions = new DisposableStack();
    const adopt = async (after: number): Promise<void> => {
      const pod = new UnreliablePod(launcher, { random, cutWithin: 500_000 });
      const session = sessions.use(new Session({ attach: pod.attach, after, logger: silentLogger }));
      const listener = new Listener(after);
      listeners.push(listener);
      if (after === 0) {
        await session.open(AbortSignal.timeout(20_000));
        session.program.run(ID, payload(name), listener);
        void session.program.stdin.feed(input, from, over.signal);
      } else {
        session.program.follow(ID, listener);
        void session.program.stdin.feed(input, null, over.signal);
        await session.open(AbortSignal.timeout(20_000));
      }
      void passInterrupts(input, over.signal, (count) => session.program.interrupt(count));
    };
    await adopt(0);
    for (let n = 1; n < LINES; n++) {
      input.write(lineOf(n));
      if (n === 200) input.interrupt();
      if (n % 10 === 0) await listeners[0]?.has((listeners[0]?.chunks.length ?? 0) + 1);
      if (n === 400 || n === 800) await adopt(listeners[0]?.chunks.length ?? 0);
    }
    input.end();
    const story = `seed ${seed}`;
    for (const listener of listeners) expect(await listener.over, story).toMatchObject({ cause: 'exit' });
    expect(textOf(listeners.slice(0, 1)), story).toBe(TEXT);
    expect(textOf(listeners.slice(0, 1), 'STDERR'), story).toBe('interrupted\n');
    over.abort();
  });
});
