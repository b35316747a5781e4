import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { pythonSnapshot, runPython } from './python.ts';

/** Programs and what CPython made of them; test/fixtures/python/record.py records that anew. */
const PROGRAMS = fileURLToPath(new URL('../../../fixtures/python/programs', import.meta.url));
const names = readdirSync(PROGRAMS)
  .filter((name) => name.endsWith('.py'))
  .map((name) => name.slice(0, -'.py'.length));

beforeAll(pythonSnapshot);

describe.concurrent('gives what CPython gives', { timeout: 60_000 }, () => {
  test.each(names)('%s', async (name) => {
    const place = join(PROGRAMS, name);
    const expected = JSON.parse(readFileSync(`${place}.expected.json`, 'utf8'));
    const { exitCode, stdoutBytes, stderr } = await runPython({
      code: readFileSync(`${place}.py`, 'utf8'),
      args: existsSync(`${place}.args.json`) ? JSON.parse(readFileSync(`${place}.args.json`, 'utf8')) : [],
      stdin: existsSync(`${place}.stdin`) ? readFileSync(`${place}.stdin`) : '',
      files: readFiles(`${place}.files`),
    });
    expect({ exitCode, stdout: stdoutBytes.toString('latin1') }, stderr).toEqual(expected);
  });
});

function readFiles(directory: string): Record<string, Uint8Array> {
  if (!existsSync(directory)) return {};
  return Object.fromEntries(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const file = join(entry.parentPath, entry.name);
        return [file.slice(directory.length + 1), readFileSync(file)];
      }),
  );
}
