import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { loadCluster } from '../../src/runner/kubernetes/api/cluster.ts';
import type { Cluster } from '../../src/runner/kubernetes/cluster.ts';
import type { Language, Program } from '../client/operations.ts';
import type { Bed } from './bed.ts';
import { kubectl } from './kubectl.ts';

/** Logs and attached streams of the runner's own client name it, and its watch is for pods with this label. */
const CONTAINER = 'program';
const LABELS = { 'app.kubernetes.io/managed-by': 'podline' };

export interface BarePodsOptions {
  readonly runtimeClass?: 'gvisor' | undefined;
}

/**
 * Jobs as `kubectl create job` makes them, with what the `restricted` Pod Security level demands on top and nothing
 * else, made and read the quickest way there is: over connections that are kept and a watch that is open.
 */
export class BarePods implements AsyncDisposable {
  readonly #bed: Bed;
  readonly #cluster: Cluster;
  readonly #runtimeClass: string | undefined;
  #last = 0;

  private constructor(bed: Bed, cluster: Cluster, runtimeClass: string | undefined) {
    this.#bed = bed;
    this.#cluster = cluster;
    this.#runtimeClass = runtimeClass;
  }

  static async open(bed: Bed, { runtimeClass }: BarePodsOptions = {}): Promise<BarePods> {
    const { kubeconfig, bareNamespace: namespace } = bed;
    const logger = { debug() {}, info() {}, warn() {}, error() {} };
    return new BarePods(bed, await loadCluster({ kubeconfig, namespace, logger }), runtimeClass);
  }

  /** From asking for a Job, with one call of the API, to the first line of its log, milliseconds. */
  async timeJob(language: Language, code: string): Promise<number> {
    const job = this.#job(language, commandOf(language, code));
    const began = performance.now();
    const running = this.#running(nameOf(job));
    await this.#cluster.createJob(job);
    await this.#firstLine(await running);
    const ms = performance.now() - began;
    await this.#remove(nameOf(job));
    return ms;
  }

  /** The same with kubectl: `create`, and `logs` once a `get --watch` that is open already tells that it runs. */
  async timeKubectl(language: Language, code: string): Promise<number> {
    const job = this.#job(language, commandOf(language, code));
    const inIt = ['-n', this.#bed.bareNamespace];
    const began = performance.now();
    const running = this.#running(nameOf(job));
    await kubectl([...inIt, 'create', '-f', '-'], { apiVersion: 'batch/v1', kind: 'Job', ...job });
    const text = await kubectl([...inIt, 'logs', '--follow', await running]);
    const ms = performance.now() - began;
    if (text === '') throw new Error('expected a line in the log, got none');
    await this.#remove(nameOf(job));
    return ms;
  }

  /**
   * The program in a pod that runs already and is attached to: from the line on stdin that has it begin to its last
   * bytes.
   * @param resources of the container, as the service gives them
   * @param length characters that it prints
   */
  async timeAttached(
    { language, code }: Program<Language>,
    length: number,
  ): Promise<{ ms: number; text: string }> {
    const job = this.#job(language, commandOf(language, awaitingLine(language, code)));
    const container = job.spec?.template.spec?.containers[0];
    if (!container) throw new Error('expected a container, got none');
    Object.assign(container, { stdin: true, resources: { limits: { cpu: '1', memory: '384Mi' } } });
    const running = this.#running(nameOf(job));
    await this.#cluster.createJob(job);
    const parts: Buffer[] = [];
    let bytes = 0;
    const all = Promise.withResolvers<void>();
    const stdout = (part: Buffer): void => {
      parts.push(part);
      bytes += part.length;
      if (bytes >= length) all.resolve();
    };
    using stream = await this.#cluster.attach(await running, { stdout }, this.#never);
    await sleep(SETTLE_MS);
    const began = performance.now();
    stream.write('\n');
    await Promise.race([all.promise, stream.closed]);
    const ms = performance.now() - began;
    await this.#remove(nameOf(job));
    return { ms, text: Buffer.concat(parts).toString() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster[Symbol.asyncDispose]();
  }

  get #never(): AbortSignal {
    return new AbortController().signal;
  }

  /** The name of the Job's pod, once its container has begun. */
  #running(job: string): Promise<string> {
    return new Promise((resolve) => {
      const watching = this.#cluster.pods.onChange((name, pod) => {
        if (pod === null || pod.metadata?.labels?.['job-name'] !== job || !hasBegun(pod)) return;
        watching[Symbol.dispose]();
        resolve(name);
      });
    });
  }

  async #firstLine(pod: string): Promise<void> {
    for await (const _ of this.#cluster.readLog(pod, { follow: true, signal: this.#never })) return;
    throw new Error('expected a line in the log, got none');
  }

  /** Resolves when its pod is gone: what has ended takes processors too. */
  async #remove(job: string): Promise<void> {
    await this.#cluster.deleteJob(job);
    while (this.#cluster.pods.list().length > 0) await sleep(LOOK_MS);
  }

  #job(language: Language, command: string[]): V1Job {
    const runtimeClassName = this.#runtimeClass;
    return {
      metadata: { name: `bare-${++this.#last}` },
      spec: {
        backoffLimit: 0,
        template: {
          metadata: { labels: LABELS },
          spec: {
            restartPolicy: 'Never',
            terminationGracePeriodSeconds: 0,
            ...(runtimeClassName === undefined ? {} : { runtimeClassName }),
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 1000,
              seccompProfile: { type: 'RuntimeDefault' },
            },
            containers: [
              {
                name: CONTAINER,
                image: this.#bed.images[language],
                imagePullPolicy: 'IfNotPresent',
                command,
                securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
              },
            ],
          },
        },
      },
    };
  }
}

const LOOK_MS = 50;
/** An attached stream may be open before the pod's output is joined to it, milliseconds. */
const SETTLE_MS = 500;

function hasBegun({ status }: V1Pod): boolean {
  const state = status?.containerStatuses?.[0]?.state;
  return state?.running !== undefined || state?.terminated !== undefined;
}

function nameOf({ metadata }: V1Job): string {
  return metadata?.name ?? '';
}

function commandOf(language: Language, code: string): string[] {
  return language === 'python' ? ['python3', '-c', code] : ['node', '--input-type=module', '-e', code];
}

/** A program that begins when there is a line on its stdin, and stays: the end of a process cuts off what is under way. */
function awaitingLine(language: Language, code: string): string {
  return language === 'python'
    ? `import sys, time\nsys.stdin.readline()\n${code}\nsys.stdout.flush()\ntime.sleep(600)`
    : `import { once } from 'node:events';\nawait once(process.stdin, 'data');\n${code}\nsetTimeout(() => {}, 600_000);`;
}
