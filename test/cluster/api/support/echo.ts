import { randomBytes } from 'node:crypto';
import type { V1Job } from '@kubernetes/client-node';
import type { Cluster } from '../../../../src/runner/kubernetes/cluster.ts';
import { until } from '../../support/until.ts';

/** Prints `ready`, then every line it reads, and ends after `bye`. */
const PROGRAM = `
import sys
print('ready', flush=True)
for line in sys.stdin.buffer:
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()
    if line == b'bye\\n':
        break
`;

/** A Job whose pod echoes, as the `restricted` level wants it. */
export function echoJob(name = `echo-${randomBytes(4).toString('hex')}`, program = PROGRAM): V1Job {
  const labels = { 'app.kubernetes.io/managed-by': 'podline' };
  return {
    metadata: { name, labels },
    spec: {
      backoffLimit: 0,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 0,
          automountServiceAccountToken: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 20_000,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [
            {
              name: 'program',
              image: 'podline.test/python:3.11',
              stdin: true,
              command: ['python3', '-u', '-c', program],
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            },
          ],
        },
      },
    },
  };
}

/** The name of a Job's pod, once it runs, or has run. */
export async function runningPod(cluster: Cluster, job: string): Promise<string> {
  const pods = await until(
    () => cluster.pods.list().filter(({ metadata }) => metadata?.labels?.['job-name'] === job),
    (all) => ['Running', 'Succeeded'].includes(all[0]?.status?.phase ?? ''),
  );
  return pods[0]?.metadata?.name ?? '';
}

export interface Running extends AsyncDisposable {
  readonly job: string;
  readonly pod: string;
}

/** Starts a Job that echoes; it is deleted when this is disposed. */
export async function startEcho(cluster: Cluster, program?: string): Promise<Running> {
  const created = await cluster.createJob(echoJob(undefined, program));
  const job = created.metadata?.name ?? '';
  const pod = await runningPod(cluster, job);
  return { job, pod, [Symbol.asyncDispose]: () => cluster.deleteJob(job) };
}
