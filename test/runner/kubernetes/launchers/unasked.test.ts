import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { launcherCommand } from '../../../../src/runner/kubernetes/launchers/launcher.ts';
import { TestLauncher } from '../../../support/launcher/launchers.ts';
import { eachLauncher } from './table.ts';

/** What an interpreter does in a program's name without being asked: obeying variables, quoting the source of a line. */

const LINE = 'a line of another file';
let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'podline-quoted-'));
  file = join(directory, 'quoted.txt');
  writeFileSync(file, `${LINE}\n`);
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** An error that a source map says to come from `file`. */
function mapped(code: string): string {
  const map = { version: 3, sources: [`file://${file}`], names: [], mappings: 'AAAA' };
  const encoded = Buffer.from(JSON.stringify(map)).toString('base64');
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${encoded}\n`;
}

test('process 1 gets no flag that has it read source maps, or variables', () => {
  expect(launcherCommand('javascript').slice(0, -3)).toEqual(['node']);
  expect(launcherCommand('python').slice(0, -3)).toEqual(['python3', '-E', '-s']);
});

test("a JavaScript program's source maps are not applied, whatever its variables say", async () => {
  const env = { NODE_OPTIONS: '--enable-source-maps' };
  await using launcher = await TestLauncher.start('javascript');
  const { end, stdout, stderr } = await launcher.result(
    mapped('console.log(process.sourceMapsEnabled); throw new Error("made")'),
    { env },
  );
  expect(end).toMatchObject({ cause: 'exit', exitCode: 1 });
  expect(stdout).toBe('false\n');
  expect(stderr).toContain('Error: made');
  expect(stderr).not.toContain(LINE);
});

test('with source maps on, that program would have quoted the line', async () => {
  await using launcher = await TestLauncher.start('javascript');
  const { stderr } = await launcher.result(
    `process.setSourceMapsEnabled(true);
     require('node:fs').writeFileSync('mapped.js', ${JSON.stringify(mapped('throw new Error("made")'))});
     require('./mapped.js');`,
  );
  expect(stderr).toContain(LINE);
});

eachLauncher(({ name, start }) => {
  const VARIABLES = {
    python: ['PYTHONPATH', 'PYTHONPYCACHEPREFIX', 'PYTHONFAULTHANDLER'],
    javascript: [
      'NODE_OPTIONS',
      'NODE_PATH',
      'NODE_V8_COVERAGE',
      'NODE_COMPILE_CACHE',
      'NODE_EXTRA_CA_CERTS',
    ],
  };
  const PRINTS = {
    python: (names: readonly string[]) => `
import os
environ = open("/proc/%d/environ" % os.getppid(), "rb").read() if os.access("/proc/%d/environ" % os.getppid(), os.R_OK) else b""
print([name for name in ${JSON.stringify(names)} if name.encode() in environ])`,
    javascript: (names: readonly string[]) => `
const environ = require('node:fs').readFileSync('/proc/' + process.ppid + '/environ', 'latin1');
console.log(JSON.stringify(${JSON.stringify(names)}.filter((name) => environ.includes(name))));`,
  };

  test.runIf(process.platform === 'linux')("a program's variables never reach its launcher", async () => {
    const names = VARIABLES[name];
    await using launcher = await start();
    const { end, stdout } = await launcher.result(PRINTS[name](names), {
      env: Object.fromEntries(names.map((one) => [one, file])),
    });
    expect(stdout).toBe('[]\n');
    expect(end).toMatchObject({ cause: 'exit' });
  });
});
