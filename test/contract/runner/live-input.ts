import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Runner } from '../../../src/executions/runner.ts';
import { ScriptedInput } from '../../support/program-input.ts';
import type { Theme } from '../runner.ts';
import { NATIVE_LIVE_PROGRAMS } from './native-live-programs.ts';
import { ObservedRun } from './run.ts';

export interface LivePrograms {
  readonly language: string;
  /** Asks for a name without ending the line, greets, then shouts what follows up to the end. */
  readonly greet: string;
  /** Prints how many bytes it read up to the end, and their SHA-256. */
  readonly digest: string;
  /** Prints `up`, then goes on for ever without reading. */
  readonly ignore: string;
  /** Closes its stdin, prints `closed`, waits a second and ends. */
  readonly close: string;
  /** Prints `up`, computes until it is interrupted, prints `interrupted` and ends with 3. */
  readonly compute: string;
  /** The same, waiting for input. */
  readonly wait: string;
}

const PROGRAMS: readonly LivePrograms[] = [
  {
    language: 'python',
    greet:
      'import sys\nprint("hello", input("name? "), flush=True)\nfor line in sys.stdin: print(line.strip().upper(), flush=True)\nprint("end")',
    digest:
      'import sys, hashlib\ndata = sys.stdin.buffer.read()\nprint(len(data), hashlib.sha256(data).hexdigest())',
    ignore: 'import time\nprint("up", flush=True)\ntime.sleep(1000)',
    close: 'import os, time\nos.close(0)\nprint("closed", flush=True)\ntime.sleep(1)\nprint("end")',
    compute:
      'try:\n  print("up", flush=True)\n  while True: pass\nexcept KeyboardInterrupt:\n  print("interrupted")\n  raise SystemExit(3)',
    wait: 'try:\n  print("up", flush=True)\n  input()\nexcept KeyboardInterrupt:\n  print("interrupted")\n  raise SystemExit(3)',
  },
  {
    language: 'javascript',
    greet: `import { createInterface } from 'node:readline';
      process.stdout.write('name? ');
      let name;
      for await (const line of createInterface({ input: process.stdin })) {
        console.log(name === undefined ? 'hello ' + line : line.toUpperCase());
        name ??= line;
      }
      console.log('end');`,
    digest: `import { createHash } from 'node:crypto';
      const hash = createHash('sha256'); let bytes = 0;
      for await (const part of process.stdin) { hash.update(part); bytes += part.length; }
      console.log(bytes, hash.digest('hex'));`,
    ignore: 'console.log("up"); setInterval(() => {}, 1000);',
    close: 'process.stdin.destroy(); console.log("closed"); setTimeout(() => console.log("end"), 1000);',
    compute:
      'process.on("SIGINT", () => { console.log("interrupted"); process.exit(3); }); console.log("up"); setInterval(() => { for (let n = 0; n < 1e6; n++); }, 5);',
    wait: 'process.on("SIGINT", () => { console.log("interrupted"); process.exit(3); }); process.stdin.resume(); console.log("up");',
  },
];

const can = (runner: Runner, language: string, what: 'takesInput' | 'canInterrupt'): boolean =>
  runner.runtimes.some((runtime) => runtime.language === language && runtime[what]);

/** A runner that cannot do one of these says so in its runtimes, and is not asked for it. */
export const describeLiveInput: Theme = (runner, all) => {
  // Lua can only wait in system(), which ignores SIGINT.
  const interruptible = all.filter(({ language }) => language !== 'lua');
  const named = new Set(all.map(({ language }) => language));
  const programs = [...PROGRAMS, ...NATIVE_LIVE_PROGRAMS].filter(({ language }) => named.has(language));

  describe.each(interruptible)(
    'an interrupt of one that does not expect it: $language',
    ({ language, waitForever }) => {
      test('ends it', async ({ skip }) => {
        if (!can(runner(), language, 'canInterrupt')) return skip('nothing can be interrupted here');
        const input = new ScriptedInput({ isOpen: false });
        const run = new ObservedRun(runner(), language, waitForever, { input });
        await run.printed('started\n');
        input.interrupt();
        const { reason, exitCode } = await run.end;
        expect(['EXITED', 'SIGNALLED']).toContain(reason);
        expect(exitCode).not.toBe(0);
      });
    },
  );

  describe.each(programs)('what a program gets while it runs: $language', (programs) => {
    const { language } = programs;
    const start = (code: string, input: ScriptedInput, stdin = '') =>
      new ObservedRun(runner(), language, code, { input, payload: { stdin } });

    test('a prompt is seen before the answer; lines come as they are written, up to the end', async ({
      skip,
    }) => {
      if (!can(runner(), language, 'takesInput')) return skip('stdin cannot stay open here');
      const input = new ScriptedInput();
      const run = start(programs.greet, input);
      await run.printed('name? ');
      input.write('Ada\n');
      await run.printed('hello Ada\n');
      input.write('o');
      input.write('ne\ntwo\n');
      await run.printed('ONE\nTWO\n');
      input.write('no newline');
      input.end();
      await run.endsBy('EXITED');
      expect(run.text()).toBe('name? hello Ada\nONE\nTWO\nNO NEWLINE\nend\n');
      expect(input.takenBytes).toBe(22);
    });

    test('stdin of the payload comes first', async ({ skip }) => {
      if (!can(runner(), language, 'takesInput')) return skip('stdin cannot stay open here');
      const input = new ScriptedInput({ stdin: 'Grace\n' });
      const run = start(programs.greet, input, 'Grace\n');
      await run.printed('hello Grace\n');
      input.write('more\n');
      input.end();
      await run.endsBy('EXITED');
      expect(run.text()).toBe('name? hello Grace\nMORE\nend\n');
    });

    test('megabytes, every byte once', async ({ skip }) => {
      if (!can(runner(), language, 'takesInput')) return skip('stdin cannot stay open here');
      const bytes = Buffer.alloc(
        3_000_001,
        Uint8Array.from({ length: 251 }, (_, byte) => byte),
      );
      const input = new ScriptedInput();
      const run = start(programs.digest, input);
      input.write(bytes);
      input.end();
      await run.endsBy('EXITED');
      const digest = createHash('sha256').update(bytes).digest('hex');
      expect(run.text()).toBe(`${bytes.length} ${digest}\n`);
    });

    test('one that never reads is held back, and ends as any other', async ({ skip }) => {
      if (!can(runner(), language, 'takesInput')) return skip('stdin cannot stay open here');
      const input = new ScriptedInput();
      const run = start(programs.ignore, input);
      await run.printed('up\n');
      input.write(Buffer.alloc(8_000_000, 'x'));
      run.stop('CANCELLED');
      await run.endsBy('CANCELLED');
      expect(input.takenBytes).toBeLessThan(4_000_000);
    });

    test('one that closes its stdin ends as any other, whatever is on its way', async ({ skip }) => {
      if (!can(runner(), language, 'takesInput')) return skip('stdin cannot stay open here');
      const input = new ScriptedInput();
      const run = start(programs.close, input);
      await run.printed('closed\n');
      for (let n = 0; n < 20; n++) input.write(Buffer.alloc(100_000, 'x'));
      expect((await run.endsBy('EXITED')).exitCode).toBe(0);
      expect(run.text()).toBe('closed\nend\n');
    });

    test.each(['compute', 'wait'] as const)('an interrupt reaches one that is to %s', async (what) => {
      if (!can(runner(), language, 'canInterrupt') || !can(runner(), language, 'takesInput')) return;
      const input = new ScriptedInput();
      const run = start(programs[what], input);
      await run.printed('up\n');
      input.interrupt();
      expect((await run.endsBy('EXITED')).exitCode).toBe(3);
      expect(run.text()).toBe('up\ninterrupted\n');
    });
  });
};
