import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Program } from './program.ts';

/** How long a program may take on this machine, milliseconds. */
const TIMEOUT_MS = 60_000;

/** The interpreter of this machine for a program; null when there is none. TypeScript is not compared: Node refuses some of it. */
export function findInterpreter(language: Program['language']): string | null {
  if (language === 'javascript') return process.execPath;
  return language === 'typescript' ? null : findPython();
}

let python: string | null | undefined;

function findPython(): string | null {
  if (python !== undefined) return python;
  const code = 'import sys; assert sys.version_info >= (3, 11); print(sys.executable)';
  try {
    python = execFileSync('python3', ['-c', code], { encoding: 'utf8' }).trim();
  } catch {
    python = null;
  }
  return python;
}

/** Runs a program as a person at a shell does: in a directory with its files, with little in its environment. */
export function runNatively(
  interpreter: string,
  { name, code, header: { args = [], env = {}, files = {}, stdin = '' } }: Program,
): { readonly stdout: string; readonly exitCode: number | null } {
  const directory = mkdtempSync(join(tmpdir(), 'podline-native-'));
  try {
    for (const [path, content] of [...Object.entries(files), [name, code] as const]) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), content);
    }
    const { stdout, status } = spawnSync(interpreter, [name, ...args], {
      cwd: directory,
      env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', ...env },
      input: stdin,
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
    });
    return { stdout, exitCode: status };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
