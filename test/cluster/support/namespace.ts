import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchV1Api,
  CoreV1Api,
  KubeConfig,
  loadYaml,
  RbacAuthorizationV1Api,
  type V1Job,
  type V1Pod,
  type V1Role,
} from '@kubernetes/client-node';
import { until } from './until.ts';

const ROLE = new URL('../../../k8s/base/runner-role.yaml', import.meta.url);
const ACCOUNT = 'podline-runner';
/** How long its credentials are good, seconds; the least that Kubernetes gives is ten minutes. */
export const TOKEN_SECONDS = 7200;

/**
 * A namespace of a test's own that enforces the `restricted` Pod Security level, on the cluster of KUBECONFIG. What is
 * tested gets `kubeconfig`: a service account with the Role of `k8s/base/` and no other right; the test itself looks and
 * meddles as the administrator. It is gone with all in it when it is disposed.
 */
export class TestNamespace implements AsyncDisposable {
  readonly name: string;
  /** File with the credentials of the service account. */
  readonly kubeconfig: string;
  /** As administrator. */
  readonly core: CoreV1Api;
  readonly batch: BatchV1Api;
  readonly rbac: RbacAuthorizationV1Api;
  readonly #directory: string;

  private constructor(admin: KubeConfig, name: string, directory: string) {
    this.name = name;
    this.#directory = directory;
    this.kubeconfig = join(directory, 'kubeconfig');
    this.core = admin.makeApiClient(CoreV1Api);
    this.batch = admin.makeApiClient(BatchV1Api);
    this.rbac = admin.makeApiClient(RbacAuthorizationV1Api);
  }

  /** @param purpose becomes part of its name */
  static async create(purpose: string): Promise<TestNamespace> {
    const admin = new KubeConfig();
    admin.loadFromDefault();
    const name = `podline-${purpose}-${randomBytes(3).toString('hex')}`;
    const directory = mkdtempSync(join(tmpdir(), 'podline-cluster-'));
    const namespace = new TestNamespace(admin, name, directory);
    await namespace.#fill(admin);
    return namespace;
  }

  async jobs(): Promise<V1Job[]> {
    return (await this.batch.listNamespacedJob({ namespace: this.name })).items;
  }

  async pods(): Promise<V1Pod[]> {
    return (await this.core.listNamespacedPod({ namespace: this.name })).items;
  }

  /** Deletes all Jobs; resolves when their pods are gone. */
  async clear(): Promise<void> {
    const namespace = this.name;
    await this.batch.deleteCollectionNamespacedJob({ namespace, propagationPolicy: 'Background' });
    await until(
      () => this.pods(),
      (pods) => pods.length === 0,
    );
  }

  /** What the service account may do. */
  async rights(): Promise<NonNullable<V1Role['rules']>> {
    const role = await this.rbac.readNamespacedRole({ name: ACCOUNT, namespace: this.name });
    return role.rules ?? [];
  }

  /** Gives the service account these rights and no other. */
  async grant(rules: NonNullable<V1Role['rules']>): Promise<void> {
    const body: V1Role = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: ACCOUNT, namespace: this.name },
      rules,
    };
    await this.rbac.replaceNamespacedRole({ name: ACCOUNT, namespace: this.name, body });
  }

  /** Lets so many pods be in it; null: any number. */
  async limitPods(most: number | null): Promise<void> {
    const namespace = this.name;
    const name = 'pods';
    await this.core.deleteNamespacedResourceQuota({ namespace, name }).catch(() => undefined);
    if (most === null) return;
    const body = { metadata: { name }, spec: { hard: { pods: String(most) } } };
    await this.core.createNamespacedResourceQuota({ namespace, body });
    // Admission asks for what has been counted, which comes a moment later.
    await until(
      async () => (await this.core.readNamespacedResourceQuota({ namespace, name })).status?.hard,
      (hard) => hard?.['pods'] === String(most),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.#directory, { recursive: true, force: true });
    await this.core
      .deleteNamespace({ name: this.name, body: { gracePeriodSeconds: 0 } })
      .catch(() => undefined);
  }

  async #fill(admin: KubeConfig): Promise<void> {
    const namespace = this.name;
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted', 'podline.dev/test': 'true' };
    await this.core.createNamespace({ body: { metadata: { name: namespace, labels } } });
    await this.core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: ACCOUNT } } });
    await this.rbac.createNamespacedRole({ namespace, body: readRole() });
    await this.rbac.createNamespacedRoleBinding({
      namespace,
      body: {
        metadata: { name: ACCOUNT },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: ACCOUNT },
        subjects: [{ kind: 'ServiceAccount', name: ACCOUNT, namespace }],
      },
    });
    await this.#writeKubeconfig(admin);
    // Pods are refused until the namespace's own service account is there.
    await until(
      async () => (await this.core.listNamespacedServiceAccount({ namespace })).items,
      (accounts) => accounts.some(({ metadata }) => metadata?.name === 'default'),
    );
  }

  async #writeKubeconfig(admin: KubeConfig): Promise<void> {
    const { status } = await this.core.createNamespacedServiceAccountToken({
      name: ACCOUNT,
      namespace: this.name,
      body: { spec: { audiences: [], expirationSeconds: TOKEN_SECONDS } },
    });
    const cluster = admin.getCurrentCluster();
    if (!cluster || !status?.token) throw new Error('Expected a cluster and a token, got none');
    const config = new KubeConfig();
    config.loadFromClusterAndUser(cluster, { name: ACCOUNT, token: status.token });
    writeFileSync(this.kubeconfig, config.exportConfig(), { mode: 0o600 });
  }
}

function readRole(): V1Role {
  return loadYaml<V1Role>(readFileSync(ROLE, 'utf8'));
}
