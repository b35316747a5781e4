import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What makes up the cluster of the test bed and may be killed. */
export type Component = 'etcd' | 'apiserver' | 'kcm' | 'sched' | 'kubelet' | 'containerd';

/** The test bed that runs the cluster on this machine: TESTBED, or beside the checkout. Null when there is none. */
export function findTestbed(): string | null {
  const directory = process.env['TESTBED'] ?? resolve(import.meta.dirname, '../../../../../shared/testbed');
  return existsSync(join(directory, 'fault')) ? directory : null;
}

/** Kills one component at once (SIGKILL). */
export async function kill(testbed: string, component: Component): Promise<void> {
  await run(join(testbed, 'fault'), [component]);
}

/** Starts what does not run, and waits until the cluster works. */
export async function up(testbed: string): Promise<void> {
  await run(join(testbed, 'up'), ['cluster']);
}
