import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Cluster, KubeConfig, type User } from '@kubernetes/client-node';

/** Writes a kubeconfig beside another that differs from it; the path. */
export function altered(kubeconfig: string, cluster: Partial<Cluster>, user: Partial<User> = {}): string {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const [oldCluster, oldUser] = [config.getCurrentCluster(), config.getCurrentUser()];
  if (!oldCluster || !oldUser) throw new Error('Expected a cluster and a user, got none');
  config.loadFromClusterAndUser({ ...oldCluster, ...cluster }, { ...oldUser, ...user });
  const path = join(dirname(kubeconfig), `altered-${randomBytes(4).toString('hex')}`);
  writeFileSync(path, config.exportConfig(), { mode: 0o600 });
  return path;
}

/** Where the API server of a kubeconfig is. */
export function serverOf(kubeconfig: string): URL {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return new URL(config.getCurrentCluster()?.server ?? '');
}
