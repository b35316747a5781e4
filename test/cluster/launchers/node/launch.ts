import { readFile } from 'node:fs/promises';
import type { EndFrame } from '../../../support/launcher/frames.ts';
import type { LauncherOptions } from '../../../support/launcher/launcher-process.ts';
import { TestLauncher } from '../../../support/launcher/launchers.ts';
import type { Wanted } from '../../../support/launcher/payload.ts';

/** Node's launcher as a process of this machine, in a folder of its own that goes with it. */
export function startNode(options: Partial<LauncherOptions> = {}): Promise<TestLauncher> {
  return TestLauncher.start('javascript', options);
}

/** Number of the program's first process. */
export async function programPid(launcher: TestLauncher): Promise<number> {
  const { pid } = launcher.process;
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return Number(children.trim().split(' ')[0]);
}

export interface Result {
  readonly end: EndFrame;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one program in a launcher of its own. */
export async function run(code: string, wanted: Wanted = {}): Promise<Result> {
  await using launcher = await startNode();
  return await launcher.result(code, wanted);
}
