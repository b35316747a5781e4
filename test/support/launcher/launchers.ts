import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { cellsSource } from '../../../src/runner/kubernetes/launchers/cells.ts';
import { CELLS_FILES } from '../../../src/runner/kubernetes/launchers/launcher.ts';
import { launcherSource } from '../../../src/runner/kubernetes/launchers/source.ts';
import type { LauncherName } from '../../../src/runner/languages/language.ts';
import { type LauncherOptions, LauncherProcess } from './launcher-process.ts';
import type { Wanted } from './payload.ts';

/** A launcher as a plain process of this machine starts it. */
export type LauncherCommand = Pick<LauncherOptions, 'command' | 'args'>;

/**
 * What starts a launcher, its text in a file as a pod's ConfigMap has it.
 * @throws Error when this machine has no python3
 */
export function launcherCommand(launcher: LauncherName): LauncherCommand {
  const file = fileOf(launcher);
  if (launcher === 'javascript') return { command: process.execPath, args: [file] };
  return { command: findPython(), args: ['-E', '-s', file] };
}

/** A launcher of either kind, with a directory of its own that is gone when it is disposed. */
export class TestLauncher extends LauncherProcess {
  readonly directory: string;
  readonly #language: LauncherName;

  private constructor(launcher: LauncherName, directory: string, options: Partial<LauncherOptions>) {
    super({ ...launcherCommand(launcher), directory, ...options });
    this.directory = directory;
    this.#language = launcher;
  }

  static async start(launcher: LauncherName, options: Partial<LauncherOptions> = {}): Promise<TestLauncher> {
    return new TestLauncher(launcher, await temporaryDirectory(), options);
  }

  /** Sends a payload in the launcher's language unless told otherwise. */
  override run(code: string, wanted: Wanted = {}, id = 'run-1'): void {
    const fileName = this.#language === 'python' ? 'main.py' : 'main.js';
    super.run(code, { language: this.#language, fileName, ...wanted }, id);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** A new directory by its real name, as a process in it sees it. */
export async function temporaryDirectory(): Promise<string> {
  return await realpath(await mkdtemp(join(tmpdir(), 'podline-launcher-')));
}

const files = new Map<LauncherName, string>();
// Vitest ends its workers without an `exit`.
afterAll(() => {
  for (const file of files.values()) rmSync(dirname(file), { recursive: true, force: true });
  files.clear();
});

function fileOf(launcher: LauncherName): string {
  let file = files.get(launcher);
  if (file === undefined) {
    const directory = mkdtempSync(join(tmpdir(), 'podline-launcher-text-'));
    file = join(directory, launcher === 'python' ? 'launcher.py' : 'launcher.mjs');
    writeFileSync(file, launcherSource(launcher));
    writeFileSync(join(directory, CELLS_FILES[launcher]), cellsSource(launcher));
    files.set(launcher, file);
  }
  return file;
}

let python: string | null = null;

/**
 * The interpreter that `python3` on the PATH stands for; where versions are managed that is a script.
 * @throws Error when there is none
 */
export function findPython(): string {
  if (python !== null) return python;
  const { stdout, status } = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], {
    encoding: 'utf8',
  });
  if (status !== 0)
    throw new Error('The Python launcher is tested with a python3 on the PATH; this machine has none.');
  python = stdout.trim();
  return python;
}
