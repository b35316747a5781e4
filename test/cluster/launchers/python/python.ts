import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LauncherProcess } from '../../../support/launcher/launcher-process.ts';

const SOURCE = new URL('../../../../src/runner/kubernetes/launchers/python.py', import.meta.url);

/** What programs see of the launcher's own environment is nothing: this must not come through. */
export const LAUNCHER_ENV = {
  PATH: process.env['PATH'] ?? '',
  LAUNCHER_SECRET: 'for-the-launcher-alone',
  ANOTHER: 'x',
};

export interface PythonOptions {
  readonly idleMs?: number;
  readonly lingerMs?: number;
  /** True by default. */
  readonly acknowledge?: boolean;
}

/** A Python launcher with a directory of its own; both are gone when it is disposed. */
export class PythonLauncher extends LauncherProcess {
  readonly directory: string;

  constructor(source: string, directory: string, options: PythonOptions) {
    super({
      command: findPython(),
      args: ['-E', '-s', '-c', source],
      directory,
      env: LAUNCHER_ENV,
      acknowledge: true,
      ...options,
    });
    this.directory = directory;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/**
 * The interpreter that `python3` on the PATH stands for; where versions are managed that is a script.
 * @throws Error when there is none
 */
export function findPython(): string {
  const { stdout, status } = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], {
    encoding: 'utf8',
  });
  if (status === 0) return stdout.trim();
  throw new Error('The Python launcher is tested with a python3 on the PATH; this machine has none.');
}

export async function startPython(options: PythonOptions = {}): Promise<PythonLauncher> {
  return new PythonLauncher(await readFile(SOURCE, 'utf8'), await temporaryDirectory(), options);
}

/** A new directory by its real name, as a process in it sees it. */
export async function temporaryDirectory(): Promise<string> {
  return await realpath(await mkdtemp(join(tmpdir(), 'podline-python-')));
}
