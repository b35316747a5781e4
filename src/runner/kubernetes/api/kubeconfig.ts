import { readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { createSecureContext } from 'node:tls';
import { KubeConfig } from '@kubernetes/client-node';
import { ConfigError } from '../../../config-error.ts';

/**
 * Reads how to reach the cluster.
 * @param files path of a kubeconfig, or several as in KUBECONFIG; without it KUBECONFIG, ~/.kube/config or the service
 * account of the pod we are in, in this order
 * @throws ConfigError when there is none or it cannot be right; the message holds no secret
 */
export function loadKubeConfig(files: string | undefined): KubeConfig {
  const config = new KubeConfig();
  const paths = files?.split(delimiter).filter((path) => path !== '') ?? [];
  if (paths.length > 0) {
    for (const path of paths) merge(config, path);
  } else {
    try {
      config.loadFromDefault();
    } catch (error) {
      throw unreadable('the default kubeconfig', error);
    }
  }
  check(config);
  return config;
}

function merge(config: KubeConfig, path: string): void {
  const one = new KubeConfig();
  try {
    one.loadFromFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
  // The first file that names a current context decides, as with kubectl.
  config.mergeConfig(one, Boolean(config.currentContext));
}

/** Messages of YAML errors quote the file, and it holds secrets: only where the error is gets into ours. */
function unreadable(path: string, error: unknown): ConfigError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null;
  if (code === 'ENOENT') return wrong(`a kubeconfig that exists, got ${path}, which does not`);
  if (code) return wrong(`a kubeconfig that can be read, got ${path} (${code})`);
  const mark = error instanceof Error && 'mark' in error ? error.mark : null;
  const line = typeof mark === 'object' && mark && 'line' in mark ? ` (line ${Number(mark.line) + 1})` : '';
  const missing = error instanceof Error && /^\w+\[\d+\]\.[\w.]+ is missing$/.test(error.message);
  return wrong(`a kubeconfig in YAML, got something else in ${path}${missing ? `: ${error.message}` : line}`);
}

function check(config: KubeConfig): void {
  const name = config.getCurrentContext();
  if (!name) throw wrong('a kubeconfig with a current-context, got one without');
  const context = config.getContexts().find((one) => one.name === name);
  if (!context) throw wrong(`a context named ${name}, which is the current-context, got none`);
  const cluster = config.getCluster(context.cluster);
  if (!cluster) throw wrong(`a cluster named ${context.cluster}, which context ${name} names, got none`);
  if (!config.getUser(context.user))
    throw wrong(`a user named ${context.user}, which context ${name} names, got none`);
  if (name === 'loaded-context' && cluster.server === 'http://localhost:8080')
    throw wrong(
      'a kubeconfig there, at ~/.kube/config, or a service account as pods have it, got none of them',
    );
  checkServer(cluster.server, cluster.skipTLSVerify);
  if (cluster.proxyUrl && !/^https?:\/\//.test(cluster.proxyUrl))
    throw wrong(`a proxy-url that begins with http:// or https://, got another in cluster ${cluster.name}`);
  checkCertificates(config);
}

function checkServer(server: string, skipTLSVerify: boolean): void {
  const protocol = URL.canParse(server) ? new URL(server).protocol : null;
  if (protocol === 'https:') return;
  if (protocol !== 'http:') throw wrong(`a server that is an https address, got ${JSON.stringify(server)}`);
  if (!skipTLSVerify)
    throw wrong(`an https server, got ${server}; http is taken only with insecure-skip-tls-verify: true`);
}

function checkCertificates(config: KubeConfig): void {
  const [cluster, user] = [config.getCurrentCluster(), config.getCurrentUser()];
  for (const [what, file, data] of [
    ['certificate-authority', cluster?.caFile, cluster?.caData],
    ['client-certificate', user?.certFile, user?.certData],
    ['client-key', user?.keyFile, user?.keyData],
  ] as const) {
    let pem: Buffer | null = null;
    try {
      pem = file ? readFileSync(file) : data ? Buffer.from(data, 'base64') : null;
      if (pem && what === 'client-key') createSecureContext({ key: pem });
      if (pem && what === 'client-certificate') createSecureContext({ cert: pem });
      if (pem && what === 'certificate-authority' && !pem.includes('-----BEGIN')) throw new Error('no PEM');
    } catch {
      const place = file ?? `${what}-data`;
      throw wrong(`a ${what} in PEM, got ${pem ? 'something else in' : 'none that can be read at'} ${place}`);
    }
  }
}

function wrong(expectedAndGot: string): ConfigError {
  return new ConfigError(`KUBECONFIG: expected ${expectedAndGot}`);
}
