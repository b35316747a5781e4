import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Runner } from '../../../src/executions/runner.ts';
import { openNativeRunner } from '../../../src/runner/native/open.ts';
import { TestSession } from '../../contract/session-host/session.ts';
import { describeSessionHost } from '../../contract/session-host.ts';
import { LIMITS, MAXIMUM_LIMITS, silentLogger } from '../embedded/limits.ts';
import { hasBubblewrap, isHere } from './here.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'podline-native-sessions-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

describe.skipIf(!hasBubblewrap)('with bubblewrap', () => {
  const open = () =>
    openNativeRunner({
      dataDir,
      warm: {},
      defaultLimits: LIMITS,
      maximumLimits: MAXIMUM_LIMITS,
      logger: silentLogger,
    });

  describeSessionHost('native', open);

  describe('sessions of other languages', () => {
    let runner: Runner;
    beforeAll(async () => {
      runner = await open();
    });
    afterAll(() => runner[Symbol.asyncDispose]());

    test.runIf(isHere('c'))('a program is compiled in the directory of the session', async () => {
      await using session = await TestSession.open(runner, 'c', {
        files: [{ path: 'n.h', content: Buffer.from('#define N 5\n') }],
      });
      const code =
        '#include <stdio.h>\n#include "n.h"\nint main(void) { int c; printf("%d", N); while ((c = getchar()) != EOF) putchar(c + 1); return 3; }';
      for (const stdin of ['abc', '']) {
        const run = session.program(code, { payload: { stdin } });
        const end = await run.endsBy('EXITED');
        expect([run.text(), end.exitCode]).toEqual([stdin === '' ? '5' : '5bcd', 3]);
        expect(end.usage?.compile).toMatchObject({ succeeded: true, exitCode: 0 });
      }
      const wrong = session.program('int main(void) { return x; }');
      await wrong.endsBy('COMPILE_FAILED');
      expect(wrong.text('STDERR')).toContain('undeclared');
      expect((await session.program(code).end).exitCode).toBe(3);
    });

    test('what a program leaves running ends with it, and the session goes on', async () => {
      await using session = await TestSession.open(runner, 'bash');
      const run = session.program('(trap "" TERM HUP INT; setsid sleep 1000) & sleep 1000 & echo started');
      expect((await run.succeeds()).text()).toBe('started\n');
      const next = session.program('cat /proc/[0-9]*/comm | grep -c sleep');
      await next.end;
      expect(next.text()).toBe('0\n');
    });

    test('a process that a cell has forked ends where the cell does, and runs no other', async () => {
      await using session = await TestSession.open(runner, 'python');
      const parent = await session.output('import os\nos.getpid()');
      for (const [code, exitCode] of [
        ['pass', 0],
        ['raise SystemExit(3)', 3],
        ['1 / 0', 1],
      ]) {
        const run = session.cell(
          `child = os.fork()\nif child == 0:\n  ${code}\nelse: print(os.wait()[1] >> 8)`,
        );
        await run.succeeds();
        expect(run.text('STDOUT')).toBe(`${exitCode}\n`);
        for (let cell = 0; cell < 3; cell += 1) expect(await session.output('os.getpid()')).toBe(parent);
      }
    });

    test('a process that holds the pipes of others keeps no execution from its end', async () => {
      await using session = await TestSession.open(runner, 'python');
      await session.output(
        'import os\nfolder = "/podline/session/"\n' +
          'held = [os.open(folder + name, os.O_RDWR | os.O_NONBLOCK) for name in os.listdir(folder) if name[-1] in "ioe"]',
      );
      expect((await session.program('print(5)').succeeds()).text()).toBe('5\n');
      expect(await session.output('6', 'other')).toBe('6');
    });

    test('a cell whose files cannot be written does not run without them', async () => {
      await using session = await TestSession.open(runner, 'python');
      await session.output('import os\nos.chmod(".", 0o555)');
      const files = [{ path: 'n.txt', content: Buffer.from('5') }];
      const end = await session.cell('1', { payload: { files } }).endsBy('INTERRUPTED');
      expect(end.message).toBe('The sandbox could not start it (its files could not be written).');
    });

    test('nothing of a session stays open in the server when it has ended', async () => {
      const session = await TestSession.open(runner, 'python', {
        files: [{ path: 'n.txt', content: Buffer.from('5') }],
      });
      await session.output('x = 1');
      await session.cell('import os; os._exit(1)', { context: 'other' }).end;
      await session.program('print(open("n.txt").read())').succeeds();
      expect(openBelow(join(dataDir, 'native', 'sessions'))).not.toEqual([]);
      await session[Symbol.asyncDispose]();
      await vi.waitFor(() => expect(openBelow(join(dataDir, 'native', 'sessions'))).toEqual([]));
    });

    test('a program that ends the shell of the session ends the session', async () => {
      await using session = await TestSession.open(runner, 'bash');
      const run = session.program('kill -9 -1; sleep 1000');
      await run.end;
      expect(await session.sandbox.ended).toMatchObject({ reason: 'LOST' });
      expect((await session.program('echo no').end).reason).toBe('INTERRUPTED');
    });

    test('links in the working directory lead the server nowhere', async () => {
      await using session = await TestSession.open(runner, 'bash');
      await session
        .program(`ln -s ${dataDir} out; ln -s ${dataDir}/escaped main.sh; ln -s ${dataDir}/more more.txt`)
        .succeeds();
      const files = [
        { path: 'more.txt', content: Buffer.from('m') },
        { path: 'out/x', content: Buffer.from('x') },
      ];
      await session.program('echo 1', { payload: { files } }).end;
      expect(
        existsSync(join(dataDir, 'escaped')) ||
          existsSync(join(dataDir, 'more')) ||
          existsSync(join(dataDir, 'x')),
      ).toBe(false);
    });
  });
});

/** What this process has open below a folder. */
function openBelow(folder: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${descriptor}`);
      return path.startsWith(folder) ? [path] : [];
    } catch {
      return [];
    }
  });
}
