import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { findPackages } from '../../../../src/runner/embedded/packages.ts';
import type { Command } from '../../../../src/runner/local/jail/jail.ts';
import { landlockCommand } from '../../../../src/runner/local/jail/landlock.ts';
import { seccompFilter } from '../../../../src/runner/local/jail/seccomp.ts';

export const deno = findPackages().denoFile;
export const ENVIRONMENT = { DENO_DIR: '/dev/null/deno', NO_COLOR: '1', LANG: 'C.UTF-8' };

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name);

/** Deno with a program of the fixtures. */
export function program(name: string, args: readonly string[], permissions: readonly string[] = []): Command {
  const flags = ['run', '--quiet', '--no-prompt', '--no-config', '--no-lock', '--no-code-cache'];
  return { file: deno, args: [...flags, ...permissions, fixture(name), ...args] };
}

/** The same command behind both walls; its program is readable. */
export function walled(
  command: Command,
  readable: readonly string[] = [join(import.meta.dirname, 'fixtures')],
): Command {
  const seccomp = seccompFilter(process.arch, { hasNamespaces: false });
  return landlockCommand({ deno, readable, command, seccomp });
}

/** Ends with the process; stdin is empty unless `input` is given. */
export async function run(
  { file, args }: Command,
  { input = '', ...options }: { input?: string; cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ended & { readonly pid: number | undefined }> {
  const child = spawn(file, args, { env: ENVIRONMENT, ...options, stdio: 'pipe' });
  // What ends before it has read its input is for the test to see by its code.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr, pid: child.pid };
}
