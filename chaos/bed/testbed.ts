import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import type { BedFaultName } from '../faults/names.ts';

const run = promisify(execFile);

/** How a component is called by the test bed's `fault`, and the part that `up` brings back. */
const COMPONENTS: { readonly [name in BedFaultName]: readonly [component: string, part: string] } = {
  store: ['mongo', 'mongo'],
  apiserver: ['apiserver', 'cluster'],
  kubelet: ['kubelet', 'cluster'],
};

/** The test bed that runs the cluster and the store on this machine, whose components can be failed. */
export class Testbed {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** @param named TESTBED, else it stands beside the checkout. Null when there is none. */
  static find(named: string | undefined): Testbed | null {
    const directory = named ?? resolve(import.meta.dirname, '../../../shared/testbed');
    return existsSync(join(directory, 'fault')) ? new Testbed(directory) : null;
  }

  async fail(name: BedFaultName, signal: 'KILL' | 'STOP' | 'CONT'): Promise<void> {
    await run(join(this.#directory, 'fault'), [COMPONENTS[name][0], signal]);
  }

  /** Lets what may be stopped go on, without giving way: for the end of this process. Never throws. */
  continueAtOnce(name: BedFaultName): void {
    try {
      execFileSync(join(this.#directory, 'fault'), [COMPONENTS[name][0], 'CONT'], { stdio: 'ignore' });
    } catch {
      // It does not run.
    }
  }

  /** Starts it again, and waits until it works. */
  async heal(name: BedFaultName): Promise<void> {
    await run(join(this.#directory, 'up'), [COMPONENTS[name][1]]);
  }
}

/** Pods of others: whom a fault of the cluster or the store would hurt. */
export async function neighbours(own: string): Promise<string[]> {
  const config = new KubeConfig();
  config.loadFromDefault();
  const { items } = await config.makeApiClient(CoreV1Api).listPodForAllNamespaces();
  return items
    .filter(({ metadata, status }) => {
      const isOver = status?.phase === 'Succeeded' || status?.phase === 'Failed';
      return !isOver && metadata?.namespace !== own && metadata?.namespace !== 'kube-system';
    })
    .map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`);
}
