import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where cgroup v2 is mounted; null: nowhere. */
export const cgroupMount =
  process.platform === 'linux'
    ? (/^\S+ (\S+) cgroup2 /m.exec(readFileSync('/proc/self/mounts', 'latin1'))?.[1] ?? null)
    : null;
const offered =
  cgroupMount === null ? [] : readFileSync(join(cgroupMount, 'cgroup.controllers'), 'latin1').split(/\s/);

/** Whether this process may have groups with the controllers that programs are bounded by: those are elsewhere with cgroup v1. */
export const canDelegate =
  process.geteuid?.() === 0 && offered.includes('memory') && offered.includes('pids');
if (!canDelegate) console.log('Skipped: no cgroup v2 with controllers of memory and processes here.');

let count = 0;

/** A directory as one that was delegated to a server. Disposed once nothing is in it. */
export class Delegated implements AsyncDisposable {
  readonly directory: string;

  constructor() {
    count += 1;
    this.directory = join(cgroupMount ?? '', `podline-test-${process.pid}-${count}`);
    writeFileSync(join(cgroupMount ?? '', 'cgroup.subtree_control'), '+memory +pids');
    mkdirSync(this.directory);
  }

  /** Names of the groups in it. */
  get groups(): string[] {
    return readdirSync(this.directory).filter((name) => name.startsWith('podline-'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (let time = 0; this.groups.length > 0 && time < 200; time++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    rmdirSync(this.directory);
  }
}
