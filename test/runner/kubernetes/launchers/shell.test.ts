import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { COMPILE_LIMITS, LAUNCHER_NAMES } from '../../../../src/runner/languages/language.ts';
import { LANGUAGES } from '../../../../src/runner/languages/languages.ts';
import { startScript } from '../../../../src/runner/languages/start-script.ts';
import { textOf } from '../../../support/launcher/frames.ts';
import { TestLauncher } from '../../../support/launcher/launchers.ts';
import type { Wanted } from '../../../support/launcher/payload.ts';

/** Compiles by turning small letters into a shell's; what it does besides is up to the program's words. */
const COMPILER = `echo "compiling $1" >&2; if grep -q 'exit 4' "$1"; then exit 4; fi
if grep -q spin "$1"; then while :; do :; done; fi
if grep -q slow "$1"; then sleep 0.5; fi
if grep -q chatty "$1"; then yes; fi
cp "$1" "$0"; chmod +x "$0"`;

describe.each(LAUNCHER_NAMES)('programs that a shell starts, by the %s launcher', (name) => {
  const start = () =>
    TestLauncher.start(name, { env: { PATH: process.env['PATH'] ?? '', PODLINE_LAUNCHER: 'shell' } });

  /** Runs a program of `bash`, or one that is compiled. */
  function run(launcher: TestLauncher, code: string, wanted: Wanted = {}): void {
    const bash = LANGUAGES.find((one) => one.name === 'bash') ?? LANGUAGES[0];
    if (bash === undefined) throw new Error('Expected a table with languages, got an empty one');
    const { compile, args = [], env = {} } = wanted;
    const commands =
      compile === undefined
        ? bash.commands
        : { ...bash.commands, run: ['{output}'], compile: ['sh', '-c', COMPILER, '{output}', '{file}'] };
    const variables = Object.entries(env).map(([variable, value]) => ({ name: variable, value }));
    const request = { fileName: 'main.sh', args, payload: { stdin: '', files: [], env: variables } };
    const host = { output: `${launcher.directory}/.output`, reply: 5, stdin: null, closed: [] };
    const script = startScript({ ...bash, commands }, request, host);
    launcher.run(code, { ...wanted, fileName: 'main.sh', script });
  }

  test('arguments, stdin, variables, exit code, and no descriptor but three', async () => {
    await using launcher = await start();
    const code = 'echo "$1 $GREETING $(cat) $HOME"; ls /proc/self/fd | tr "\\n" " "; exit 3';
    run(launcher, code, { args: ["it's"], env: { GREETING: 'a "b"' }, stdin: 'in' });
    const end = await launcher.end();
    expect(end).toMatchObject({ cause: 'exit', exitCode: 3 });
    expect(end).not.toHaveProperty('compile');
    const [line, descriptors] = launcher.stdout().split('\n');
    expect(line).toBe(`it's a "b" in ${launcher.directory}`);
    // Beside the listing's own there is what whoever runs the tests may have left open, and not what the launcher has.
    expect(descriptors).toMatch(/^0 1 2 (\d{2,} )*3 $/);
    expect(existsSync(`/tmp/.podline-${launcher.process.pid}`)).toBe(false);
  });

  test('a compile step: what it prints comes first, its time and memory are not the program’s', async () => {
    await using launcher = await start();
    run(launcher, '#!/bin/sh\necho out; cat; ls /proc/self/fd | tr "\\n" " "', {
      compile: COMPILE_LIMITS,
      stdin: 'in\n',
    });
    const end = await launcher.end();
    expect(end).toMatchObject({ cause: 'exit', exitCode: 0, compile: { exitCode: 0, problem: null } });
    expect(textOf(launcher.frames, 2)).toBe('compiling main.sh\n');
    expect(launcher.stdout()).toMatch(/^out\nin\n0 1 2 (\d{2,} )*3 $/);
    expect(launcher.frames.find((frame) => frame.type === 'out')).toMatchObject({ s: 2 });
  });

  test.each([
    ['exit 4', {}, { exitCode: 4, problem: null }],
    ['spin', { timeoutMs: 300 }, { exitCode: null, problem: 'time' }],
    ['chatty', { outputBytes: 2000 }, { exitCode: null, problem: 'output' }],
  ])('a compile step that fails: %s', async (code, limits, compile) => {
    await using launcher = await start();
    run(launcher, `#!/bin/sh\n${code}`, { compile: { ...COMPILE_LIMITS, ...limits } });
    expect(await launcher.end()).toMatchObject({ cause: 'compile', exitCode: null, signal: null, compile });
    expect(launcher.stdout()).toBe('');
  });

  test('stdin and interrupts that come meanwhile are the program’s, not the compiler’s', async () => {
    await using launcher = await start();
    const code = `#!/bin/sh
# slow
trap 'echo interrupted' INT
read -r line; echo "$line"; read -r line; echo "$line"; sleep 0.1`;
    run(launcher, code, { compile: COMPILE_LIMITS, stdin: 'one\n', stdinOpen: true });
    await launcher.printed('compiling', 2);
    launcher.send(`stdin 4 ${Buffer.from('two\n').toString('base64')}`);
    await launcher.printed('two\n');
    launcher.send('interrupt 1');
    expect(await launcher.end()).toMatchObject({ compile: { exitCode: 0 } });
    expect(launcher.stdout()).toBe('one\ntwo\ninterrupted\n');
    await using early = await start();
    run(early, '#!/bin/sh\n# slow\nsleep 60', { compile: COMPILE_LIMITS });
    await early.printed('compiling', 2);
    early.send('interrupt 1');
    expect(await early.end()).toMatchObject({ cause: 'signal', signal: 'SIGINT', compile: { exitCode: 0 } });
  });

  test('the time limit begins behind it, and a cancel ends it', async () => {
    await using slow = await start();
    run(slow, '#!/bin/sh\necho on; exec sleep 60', { compile: COMPILE_LIMITS, timeoutMs: 500 });
    expect(await slow.end()).toMatchObject({ cause: 'timeout', compile: { exitCode: 0 } });
    await using cancelled = await start();
    run(cancelled, '#!/bin/sh\n# spin', { compile: COMPILE_LIMITS });
    await cancelled.printed('compiling', 2);
    cancelled.send('stop cancelled 0');
    expect(await cancelled.end()).toMatchObject({
      cause: 'cancelled',
      compile: { exitCode: null, problem: null },
    });
  });
});
