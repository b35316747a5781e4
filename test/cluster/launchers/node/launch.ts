import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EndFrame } from '../../../support/launcher/frames.ts';
import { type LauncherOptions, LauncherProcess } from '../../../support/launcher/launcher-process.ts';
import type { Wanted } from '../../../support/launcher/payload.ts';

const SOURCE = new URL('../../../../src/runner/kubernetes/launchers/node.js', import.meta.url);

/** Node's launcher as a process of this machine, in a folder of its own that goes with it. */
export class NodeLauncher extends LauncherProcess {
  readonly directory: string;

  private constructor(source: string, directory: string, options: Partial<LauncherOptions>) {
    const args = ['--input-type=module', '-e', source];
    super({ command: process.execPath, args, directory, ...options });
    this.directory = directory;
  }

  static async start(options: Partial<LauncherOptions> = {}): Promise<NodeLauncher> {
    const directory = await mkdtemp(join(tmpdir(), 'podline-node-launcher-'));
    return new NodeLauncher(await readFile(SOURCE, 'utf8'), directory, options);
  }

  /** Sends a payload; JavaScript unless told. */
  override run(code: string, wanted: Wanted = {}, id = 'run-1'): void {
    super.run(code, { language: 'javascript', fileName: 'main.js', ...wanted }, id);
  }

  /** Number of the program's first process. */
  async programPid(): Promise<number> {
    const children = await readFile(`/proc/${this.process.pid}/task/${this.process.pid}/children`, 'utf8');
    return Number(children.trim().split(' ')[0]);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    await rm(this.directory, { recursive: true, force: true });
  }
}

export interface Result {
  readonly end: EndFrame;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one program in a launcher of its own. */
export async function run(code: string, wanted: Wanted = {}): Promise<Result> {
  await using launcher = await NodeLauncher.start();
  return await launcher.result(code, wanted);
}
