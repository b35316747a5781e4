import { describe, expect, test } from 'vitest';
import { ScriptedInput } from '../../support/program-input.ts';
import type { SessionTheme } from '../session-host.ts';
import { TestSession } from './session.ts';

export const describeEnds: SessionTheme = (runner) => {
  describe('how a cell ends', () => {
    const open = () => TestSession.open(runner(), 'python');

    test('at its time limit it is interrupted, and keeps its state', async () => {
      await using session = await open();
      await session.output('x = 1');
      for (const code of ['while True: pass', 'import time\ntime.sleep(100)', 'input()']) {
        const run = session.cell(code, { limits: { timeoutMs: 300 }, input: new ScriptedInput() });
        const end = await run.endsBy('TIMED_OUT');
        expect(end.message).toContain('300 ms');
        expect(run.text('STDERR')).toContain('KeyboardInterrupt');
        expect(run.stateLost).toBe(false);
        expect(await session.output('x')).toBe('1');
      }
    });

    test('cancelled it is interrupted, and keeps its state', async () => {
      await using session = await open();
      const run = session.cell('x = 2\nprint("up", flush=True)\nwhile True: pass');
      await run.printed('up');
      run.stop('CANCELLED');
      await run.endsBy('CANCELLED');
      expect(run.stateLost).toBe(false);
      expect(await session.output('x')).toBe('2');
    });

    test('one that ignores that is killed with its interpreter, which starts anew', async () => {
      await using session = await open();
      await session.output('x = 1', 'other');
      await session.output('x = 2');
      const run = session.cell(
        'x = 3\nwhile True:\n  try:\n    while True: int()\n  except KeyboardInterrupt: print("no", flush=True)',
        { limits: { timeoutMs: 1500 } },
      );
      await run.endsBy('TIMED_OUT');
      expect(run.stateLost).toBe(true);
      expect(run.text()).toBe('no\n');
      const next = session.cell('x');
      expect(await next.failsWith(1)).toContain("name 'x' is not defined");
      expect(next.stateLost).toBe(false);
      expect(await session.output('x', 'other')).toBe('1');
    });

    test('an interrupt by the caller is a KeyboardInterrupt, and another one in the next cell too', async () => {
      await using session = await open();
      for (const text of ['one', 'two']) {
        const input = new ScriptedInput({ isOpen: false });
        const run = session.cell(`print("${text}", flush=True)\nwhile True: pass`, { input });
        await run.printed(text);
        input.interrupt();
        expect(await run.failsWith(130)).toMatch(/^Traceback.*KeyboardInterrupt\n$/s);
        expect(run.stateLost).toBe(false);
      }
    });

    test('an interrupt that comes before it has begun counts at its start', async () => {
      await using session = await open();
      const early = () => {
        const input = new ScriptedInput({ isOpen: false });
        input.interrupt();
        return { input };
      };
      const code = 'import time\ntime.sleep(100)';
      for (let cell = 0; cell < 4; cell += 1) {
        const run = session.cell(code, early());
        await run.failsWith(130);
        expect(run.stateLost).toBe(false);
      }
      const { exitCode, signal } = await session.program(code, early()).end;
      expect([130, 'SIGINT']).toContain(exitCode ?? signal);
      // However short it is.
      await session.output('x = 1');
      await session.cell('x = 2', early()).failsWith(130);
      expect(await session.output('x')).toBe('1');
    });

    test('a fresh process is interrupted by the caller', async () => {
      await using session = await open();
      const input = new ScriptedInput({ isOpen: false });
      const run = session.program('import time\nprint("up", flush=True)\ntime.sleep(100)', { input });
      await run.printed('up');
      input.interrupt();
      const { exitCode, signal } = await run.end;
      expect([130, 'SIGINT']).toContain(exitCode ?? signal);
      expect(run.text('STDERR')).toContain('KeyboardInterrupt');
    });

    test('a process that ends itself loses the state', async () => {
      await using session = await open();
      await session.output('x = 1');
      const run = session.cell('import os, time\nprint("last", flush=True)\ntime.sleep(0.2)\nos._exit(5)');
      await run.failsWith(5);
      expect((await run.end).usage?.wallMs).toBeGreaterThanOrEqual(200);
      expect(run.text()).toBe('last\n');
      expect(run.stateLost).toBe(true);
      await session.cell('x').failsWith(1);
    });

    test('at its output limit it is ended, and keeps its state', async () => {
      await using session = await open();
      await session.output('x = 1');
      const run = session.cell('while True: print("x" * 100)', { limits: { outputBytes: 2000 } });
      const end = await run.endsBy('OUTPUT_LIMIT');
      expect(end.outputTruncated).toBe(true);
      expect(run.text()).toHaveLength(2000);
      expect(run.stateLost).toBe(false);
      expect(await session.output('x')).toBe('1');
    });

    test('beyond the memory of the session the session ends', async () => {
      await using session = await TestSession.open(runner(), 'python', { limits: { memoryMb: 64 } });
      await session.output('x = 1');
      const run = session.cell('data = bytearray()\nwhile True: data += bytes(1_000_000)');
      await run.endsBy('OUT_OF_MEMORY');
      expect(run.stateLost).toBe(true);
      expect(await session.sandbox.ended).toMatchObject({ reason: 'OUT_OF_MEMORY' });
    });

    test('a fresh process at its time limit is killed and loses no state', async () => {
      await using session = await open();
      await session.output('x = 1');
      const run = session.program('while True: pass', { limits: { timeoutMs: 300 } });
      await run.endsBy('TIMED_OUT');
      expect(run.stateLost).toBe(false);
      expect(await session.output('x')).toBe('1');
    });

    test('a disposed session ends what runs in it; disposing again is harmless', async () => {
      const session = await open();
      const run = session.cell('print("up", flush=True)\nwhile True: pass');
      await run.printed('up');
      await session[Symbol.asyncDispose]();
      await session[Symbol.asyncDispose]();
      expect((await run.end).exitCode).toBeNull();
    });

    test('a session that is to end while it is made is gone at once', async () => {
      for (const afterMs of [0, 5, 20]) {
        const stop = new AbortController();
        const opening = TestSession.open(runner(), 'python', {}, stop.signal);
        setTimeout(() => stop.abort(new Error('no more')), afterMs);
        // It may have been ready before.
        const outcome = await opening.catch((error: unknown) => error);
        if (outcome instanceof TestSession) await outcome[Symbol.asyncDispose]();
        else expect(outcome).toBe(stop.signal.reason);
      }
    });

    describe('of JavaScript', () => {
      const openJavaScript = () => TestSession.open(runner(), 'javascript');

      test('cells that wait are interrupted and keep their state', async () => {
        await using session = await openJavaScript();
        await session.output('const x = 1');
        const waiting = ['await new Promise(() => {})', 'prompt("?")'];
        // Deno ends when its inspector waits for what is collected as garbage.
        const garbage = 'setInterval(() => new Array(1e5).fill({}), 1);';
        if (runner().kind !== 'embedded') waiting.unshift(`${garbage} await new Promise(() => {})`);
        for (const code of waiting) {
          const run = session.cell(code, { limits: { timeoutMs: 300 }, input: new ScriptedInput() });
          await run.endsBy('TIMED_OUT');
          expect(run.text('STDERR')).toContain('Interrupted');
          expect(run.stateLost).toBe(false);
          expect(await session.output('x')).toBe('1');
        }
      });

      test('a cell that computes is interrupted where its runtime can, else killed', async () => {
        await using session = await openJavaScript();
        const isKept = runner().kind !== 'embedded';
        for (const code of [
          'while (true);',
          'try { while (true); } catch {} finally { while (true); }',
          'await new Promise((done) => setTimeout(done, 1)); for (;;) Math.random();',
          'setTimeout(() => { while (true); }); await new Promise(() => {})',
          '({ get [Symbol.toStringTag]() { while (true); } })',
        ]) {
          await session.output('var x = 1');
          const run = session.cell(`console.log("up"); ${code}`, { limits: { timeoutMs: 400 } });
          await run.endsBy('TIMED_OUT');
          expect(run.text()).toBe('up\n');
          expect(run.stateLost, code).toBe(!isKept);
          expect(await session.output('typeof x === "number"'), code).toBe(String(isKept));
        }
      });

      test('an interrupt by the caller, also one before it has begun, and none of the cell before', async () => {
        await using session = await openJavaScript();
        for (let cell = 0; cell < 3; cell += 1) {
          const input = new ScriptedInput({ isOpen: false });
          const run = session.cell('console.log("up"); await new Promise(() => {})', { input });
          await run.printed('up');
          input.interrupt();
          await run.failsWith(130);
          expect(run.stateLost).toBe(false);
          const early = new ScriptedInput({ isOpen: false });
          early.interrupt();
          await session.cell('var late = 5', { input: early }).failsWith(130);
          expect(await session.output('typeof late === "undefined"')).toBe('true');
        }
      });

      test('a process that ends itself, or what it prints to, loses the state', async () => {
        await using session = await openJavaScript();
        for (const [code, exitCode] of [
          ['process.exit(6)', 6],
          ['"Deno" in globalThis ? Deno.stdout.close() : require("node:fs").closeSync(1)', 1],
        ] as const) {
          await session.output('const x = 1');
          const run = session.cell(code);
          await run.failsWith(exitCode);
          expect(run.stateLost).toBe(true);
          expect(await session.output('typeof x === "undefined"')).toBe('true');
        }
      });
    });
  });
};
