import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';

/** Where the API of a kubeconfig's cluster is. */
export function serverOf(kubeconfig: string): URL {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return new URL(config.getCurrentCluster()?.server ?? '');
}

/** A kubeconfig beside the given one that goes to the cluster by another address; resolves to its path. */
export async function moved(kubeconfig: string, server: string): Promise<string> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (!cluster || !user) throw new Error('Expected a kubeconfig with a cluster and a user, got one without.');
  // The certificate names the address that was.
  config.loadFromClusterAndUser(
    { ...cluster, server, tlsServerName: new URL(cluster.server).hostname },
    user,
  );
  const path = join(dirname(kubeconfig), `kubeconfig-${randomBytes(4).toString('hex')}`);
  await writeFile(path, config.exportConfig(), { mode: 0o600 });
  return path;
}
