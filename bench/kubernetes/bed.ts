import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { UnusableError } from '../benchmark.ts';
import type { Language } from '../client/operations.ts';
import { Service, type ServiceOptions } from '../service/service.ts';
import { kubectl } from './kubectl.ts';

const ROLE = fileURLToPath(new URL('../../k8s/base/runner-role.yaml', import.meta.url));
const ACCOUNT = 'podline-runner';
/** How long the service account's credentials are good. */
const TOKEN = '6h';
/** What the test bed has, and else what the service takes by default. */
const TEST_BED = { python: 'podline.test/python:3.11', javascript: 'podline.test/node:24' };
const USUAL = { python: 'python:3.13-slim', javascript: 'node:24-slim' };

export interface Cluster {
  /** Path of the administrator's kubeconfig; undefined when none is named. */
  readonly kubeconfig: string | undefined;
  /** RUNTIME_IMAGES; undefined: what the cluster's nodes have. */
  readonly images: string | undefined;
}

export interface BedServiceOptions extends Pick<ServiceOptions, 'env' | 'nodeOptions'> {
  /** Of the pods that the service makes. Default: the cluster's. */
  readonly runtimeClass?: 'gvisor' | undefined;
}

/**
 * A namespace of a benchmark's own that enforces the `restricted` Pod Security level, with a service account that has
 * the Role of `k8s/base/` and no other right, and beside it one for what the service is compared with. Both are gone with
 * all in them when it is disposed, or when the benchmark is interrupted.
 */
export class Bed implements AsyncDisposable {
  readonly images: Readonly<Record<Language, string>>;
  /** The administrator's. */
  readonly kubeconfig: string;
  /** Where pods are made that the service is compared with. */
  readonly bareNamespace: string;
  readonly #namespace: string;
  readonly #directory: string;
  readonly #interrupted = (): void => {
    rmSync(this.#directory, { recursive: true, force: true });
    this.#deleteNamespaces('--wait=false');
    process.exit(130);
  };

  private constructor(kubeconfig: string, images: Record<Language, string>, directory: string) {
    this.kubeconfig = kubeconfig;
    this.images = images;
    this.#directory = directory;
    this.#namespace = `podline-bench-${randomBytes(3).toString('hex')}`;
    this.bareNamespace = `${this.#namespace}-bare`;
    process.once('SIGINT', this.#interrupted).once('SIGTERM', this.#interrupted);
  }

  /** @throws UnusableError without a cluster */
  static async open({ kubeconfig, images }: Cluster): Promise<Bed> {
    if (!kubeconfig) throw new UnusableError('KUBECONFIG: expected the path of a kubeconfig, got none');
    const chosen = images === undefined ? await imagesThere() : imagesOf(images);
    const directory = await mkdtemp(join(tmpdir(), 'podline-bench-kubernetes-'));
    const bed = new Bed(kubeconfig, chosen, directory);
    try {
      await bed.#fill();
    } catch (error) {
      await bed[Symbol.asyncDispose]();
      throw error;
    }
    return bed;
  }

  /** Whether the cluster has a RuntimeClass of that name. */
  static async has(runtimeClass: string): Promise<boolean> {
    const names = await kubectl(['get', 'runtimeclasses', '-o', 'name']);
    return names.split('\n').some((name) => name.endsWith(`/${runtimeClass}`));
  }

  /** Starts the service with this cluster as its runner. */
  start({ env, runtimeClass, nodeOptions = [] }: BedServiceOptions): Promise<Service> {
    const { python, javascript } = this.images;
    return Service.start({
      nodeOptions,
      env: {
        RUNNER: 'kubernetes',
        KUBECONFIG: join(this.#directory, 'kubeconfig'),
        KUBERNETES_NAMESPACE: this.#namespace,
        RUNTIME_IMAGES: `python=${python},javascript=${javascript},typescript=${javascript}`,
        ...(runtimeClass === undefined ? {} : { POD_TEMPLATE_FILE: this.#template(runtimeClass) }),
        ...env,
      },
    });
  }

  /** Resolves once the namespace has as many pods as are kept ready, and no other: what has ended takes processors too. */
  async isQuiet(service: Service): Promise<void> {
    for (;;) {
      await service.isWarm(LOOK_MS);
      const pods = await service.gauge('podline_warm_sandboxes_wanted');
      const names = await kubectl(['get', 'pods', '-n', this.#namespace, '-o', 'name']);
      if (names.split('\n').filter((name) => name !== '').length === pods) return;
      await sleep(LOOK_MS);
    }
  }

  /** Resolves once no pod is left that the service made. */
  async isEmpty(): Promise<void> {
    while ((await kubectl(['get', 'pods', '-n', this.#namespace, '-o', 'name'])) !== '') await sleep(LOOK_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.off('SIGINT', this.#interrupted).off('SIGTERM', this.#interrupted);
    await rm(this.#directory, { recursive: true, force: true });
    this.#deleteNamespaces('--timeout=120s');
  }

  async #fill(): Promise<void> {
    const namespace = this.#namespace;
    const inIt = ['-n', namespace];
    for (const name of [namespace, this.bareNamespace]) {
      const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
      await kubectl(['create', '-f', '-'], {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name, labels },
      });
    }
    await kubectl([...inIt, 'apply', '-f', ROLE]);
    await kubectl([...inIt, 'create', 'serviceaccount', ACCOUNT]);
    const subject = `--serviceaccount=${namespace}:${ACCOUNT}`;
    await kubectl([...inIt, 'create', 'rolebinding', ACCOUNT, `--role=${ACCOUNT}`, subject]);
    const token = (await kubectl([...inIt, 'create', 'token', ACCOUNT, `--duration=${TOKEN}`])).trim();
    const admin = JSON.parse(await kubectl(['config', 'view', '--minify', '--raw', '-o', 'json'])) as {
      clusters: readonly { readonly name: string; readonly cluster: object }[];
    };
    await this.#write('kubeconfig', {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: admin.clusters,
      users: [{ name: ACCOUNT, user: { token } }],
      contexts: [{ name: ACCOUNT, context: { cluster: admin.clusters[0]?.name, user: ACCOUNT } }],
      'current-context': ACCOUNT,
    });
    await this.#write('gvisor.json', { spec: { runtimeClassName: 'gvisor' } });
    // Pods are refused until the namespace's own service account is there.
    for (const name of [namespace, this.bareNamespace]) {
      while (!(await kubectl(['get', 'serviceaccounts', '-n', name, '-o', 'name'])).includes('/default'))
        await sleep(LOOK_MS);
    }
  }

  async #write(name: string, content: object): Promise<void> {
    await writeFile(join(this.#directory, name), JSON.stringify(content), { mode: 0o600 });
  }

  #template(runtimeClass: string): string {
    return join(this.#directory, `${runtimeClass}.json`);
  }

  /** At once: an interrupted process does nothing later. */
  #deleteNamespaces(how: string): void {
    const names = [this.#namespace, this.bareNamespace];
    execFileSync('kubectl', ['delete', 'namespace', '--ignore-not-found', how, ...names], {
      stdio: 'ignore',
    });
  }
}

const LOOK_MS = 100;

/** @throws UnusableError without both */
function imagesOf(setting: string): Record<Language, string> {
  const all = new Map(setting.split(',').map((entry) => entry.split('=', 2) as [string, string]));
  const [python, javascript] = [all.get('python'), all.get('javascript')];
  if (python && javascript) return { python, javascript };
  throw new UnusableError(`RUNTIME_IMAGES: expected python=IMAGE,javascript=IMAGE, got ${setting}`);
}

async function imagesThere(): Promise<Record<Language, string>> {
  const names = await kubectl(['get', 'nodes', '-o', 'jsonpath={.items[*].status.images[*].names[*]}']);
  return names.includes(TEST_BED.python) ? TEST_BED : USUAL;
}
