import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Api } from '../../../../../src/runner/kubernetes/api/api.ts';
import { Credentials } from '../../../../../src/runner/kubernetes/api/credentials.ts';
import { loadKubeConfig } from '../../../../../src/runner/kubernetes/api/kubeconfig.ts';

/** A directory that goes away with the test. */
export function temporary(): { path: (name: string) => string } & Disposable {
  const directory = mkdtempSync(join(tmpdir(), 'podline-api-'));
  return {
    path: (name) => join(directory, name),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

export interface KubeConfigParts {
  readonly server: string;
  readonly cluster?: object;
  readonly user?: object;
}

/** A kubeconfig is YAML, and JSON is YAML. */
export function kubeConfig({ server, cluster, user }: KubeConfigParts): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server, 'insecure-skip-tls-verify': true, ...cluster } }],
    users: [{ name: 'u', user: user ?? { token: 'first-token' } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  });
}

export interface Client extends AsyncDisposable {
  readonly api: Api;
  readonly credentials: Credentials;
  /** `verb resource code` of each request. */
  readonly requests: string[];
  readonly bytes: { sent: number; received: number };
  /** Writes the kubeconfig anew; it is read when it is next needed. */
  rewrite(parts: KubeConfigParts): void;
}

export function openClient(parts: KubeConfigParts, attemptMs?: number): Client {
  const directory = temporary();
  const file = directory.path('config');
  const rewrite = (next: KubeConfigParts) => writeFileSync(file, kubeConfig(next));
  rewrite(parts);
  const requests: string[] = [];
  const bytes = { sent: 0, received: 0 };
  const credentials = new Credentials(() => loadKubeConfig(file));
  const telemetry = {
    request: (operation: { verb: string; resource: string }, code: number) => {
      requests.push(`${operation.verb} ${operation.resource} ${code}`);
    },
    bytes: (_operation: object, sent: number, received: number) => {
      bytes.sent += sent;
      bytes.received += received;
    },
  };
  const api = new Api(credentials, telemetry, attemptMs);
  return {
    api,
    credentials,
    requests,
    bytes,
    rewrite,
    async [Symbol.asyncDispose]() {
      api[Symbol.dispose]();
      await credentials[Symbol.asyncDispose]();
      directory[Symbol.dispose]();
    },
  };
}

/** Counts what it is told, and says nothing. */
export function quietLogger() {
  const said: string[] = [];
  const say = (level: string) => (fields: object, message: string) => {
    said.push(`${level} ${message} ${JSON.stringify(fields)}`);
  };
  return { said, debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
}
