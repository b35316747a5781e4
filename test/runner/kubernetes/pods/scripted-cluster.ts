import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { ObjectStore } from '../../../../src/runner/kubernetes/api/object-store.ts';
import { JOBS, PODS, type WireObject } from '../../../../src/runner/kubernetes/api/objects.ts';
import type { AttachedStream, AttachHandlers, Cluster } from '../../../../src/runner/kubernetes/cluster.ts';
import { silentLogger } from '../session/listener.ts';
import { ScriptedLauncher } from '../session/scripted-launcher.ts';

/** A cluster of which a test says what it has, and what is known of it. All its pods have the same launcher. */
export class ScriptedCluster implements Cluster {
  readonly namespace = 'n';
  readonly jobs = new ObjectStore<V1Job>(JOBS, silentLogger);
  readonly pods = new ObjectStore<V1Pod>(PODS, silentLogger);
  readonly launcher = new ScriptedLauncher();
  /** Names of the Jobs that were deleted, in order, each as often as that was asked for. */
  readonly deleted: string[] = [];
  readonly labelled: string[] = [];
  problem: string | null = null;
  /** What a read gives, which may be newer than what is known. */
  there: V1Pod | null = null;
  /** Deleting fails. */
  deletionFails = false;

  async createConfigMap(): Promise<void> {}

  async createJob(job: V1Job): Promise<V1Job> {
    return job;
  }

  async labelJob(name: string): Promise<void> {
    this.labelled.push(name);
  }

  async deleteJob(name: string): Promise<void> {
    this.deleted.push(name);
    if (this.deletionFails) throw new Error('It cannot be deleted.');
  }

  async getPod(): Promise<V1Pod | null> {
    return this.there;
  }

  async listEvents(): Promise<[]> {
    return [];
  }

  async *readLog(): AsyncIterable<string> {
    yield* [...this.launcher.log];
  }

  attach(_pod: string, handlers: AttachHandlers, signal: AbortSignal): Promise<AttachedStream> {
    return this.launcher.attach(handlers, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** A pod that runs, as the API sends it. */
export function runningPod(name: string): WireObject {
  const status = { phase: 'Running', containerStatuses: [{ state: { running: {} } }] };
  return Object.assign({ metadata: { name, uid: `uid-${name}`, resourceVersion: '1' } }, { status });
}

/** A Job, as the API sends it. */
export function jobWith(name: string, labels: { readonly [label: string]: string } = {}): WireObject {
  return { metadata: Object.assign({ name, uid: `uid-${name}`, resourceVersion: '1' }, { labels }) };
}
