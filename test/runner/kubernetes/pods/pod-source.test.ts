import type { V1ConfigMap, V1Job } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import type { Logger } from '../../../../src/executions/telemetry.ts';
import { environmentsOf } from '../../../../src/runner/kubernetes/environments.ts';
import { launcherConfigMap } from '../../../../src/runner/kubernetes/launchers/launcher.ts';
import { PodSource } from '../../../../src/runner/kubernetes/pods/pod-source.ts';
import { LANGUAGES } from '../../../../src/runner/languages/languages.ts';
import { jobWith, runningPod, ScriptedCluster } from './scripted-cluster.ts';

/** A cluster in which each Job has a pod that runs at once. */
class PromptCluster extends ScriptedCluster {
  readonly made: string[] = [];

  override async createConfigMap({ metadata }: V1ConfigMap = {}): Promise<void> {
    this.made.push(metadata?.name ?? '');
  }

  override async createJob(job: V1Job): Promise<V1Job> {
    const name = job.metadata?.name ?? '';
    this.made.push(name);
    this.jobs.put(jobWith(name));
    const pod = runningPod(`${name}-pod`);
    Object.assign(pod.metadata, { ownerReferences: [{ uid: `uid-${name}` }] });
    this.pods.put(pod);
    return { ...job, metadata: { ...job.metadata, uid: `uid-${name}` } };
  }
}

function starterIn(cluster: PromptCluster) {
  const warnings: unknown[] = [];
  const logger: Logger = {
    debug() {},
    info() {},
    warn: (fields: object, message: string) => void warnings.push([fields, message]),
    error() {},
  };
  const starter = new PodSource({
    cluster,
    environments: environmentsOf(LANGUAGES, { python: 'python:3.99', javascript: 'node:24' }),
    template: null,
    deadlineSeconds: 60,
    owner: 'process-1',
    removeJob: (name) => cluster.deleteJob(name),
    maxStartMs: 10_000,
    logger,
  });
  const start = async (): Promise<void> => {
    const pod = await starter.of({ launcher: 'python', memoryMb: 64, cpuMillis: 500 })(() => undefined).ready;
    pod[Symbol.dispose]();
  };
  return { starter, start, warnings };
}

test("a launcher's ConfigMap is made before the first Job, and not again", async () => {
  const cluster = new PromptCluster();
  const { start } = starterIn(cluster);
  await start();
  await start();
  const { name } = launcherConfigMap('python');
  expect(cluster.made.map((made) => (made === name ? 'ConfigMap' : 'Job'))).toEqual([
    'ConfigMap',
    'Job',
    'Job',
  ]);
});

test('what a launcher says of its interpreter is logged when it changes', async () => {
  const cluster = new PromptCluster();
  const { start, starter, warnings } = starterIn(cluster);
  await start();
  expect(warnings).toEqual([]);
  expect(starter.version('python')).toBe('3.13.1');
  cluster.launcher.notice = 'Python 3.99 is not known.';
  await start();
  await start();
  expect(warnings).toEqual([[{ launcher: 'python', image: 'python:3.99' }, 'Python 3.99 is not known.']]);
});
