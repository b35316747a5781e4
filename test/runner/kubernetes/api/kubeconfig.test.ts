import { writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { ConfigError } from '../../../../src/config-error.ts';
import { loadKubeConfig } from '../../../../src/runner/kubernetes/api/kubeconfig.ts';
import { kubeConfig, temporary } from './support/client.ts';

let directory = temporary();
afterEach(() => {
  directory[Symbol.dispose]();
  directory = temporary();
});

function refusal(text: string): string {
  const file = directory.path('config');
  writeFileSync(file, text);
  try {
    loadKubeConfig(file);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return String(error).replaceAll(file, 'FILE');
  }
  throw new Error('expected a ConfigError, got a kubeconfig');
}

const GOOD = JSON.parse(kubeConfig({ server: 'https://cluster.example:6443' }));

it.each([
  ['is no YAML', 'clusters: [{token: geheim}\nusers: }', /in YAML, got something else in FILE \(line \d\)$/],
  ['is empty', '', /in YAML, got something else in FILE$|without/],
  ['is a text', 'geheim', /without$|in YAML/],
  [
    'has no current context',
    JSON.stringify({ ...GOOD, 'current-context': undefined }),
    /a current-context, got one without$/,
  ],
  [
    'names a context that is missing',
    JSON.stringify({ ...GOOD, 'current-context': 'y' }),
    /a context named y, .* got none$/,
  ],
  [
    'names a cluster that is missing',
    JSON.stringify({ ...GOOD, clusters: [] }),
    /a cluster named c, which context x names, got none$/,
  ],
  [
    'names a user that is missing',
    JSON.stringify({ ...GOOD, users: [] }),
    /a user named u, which context x names, got none$/,
  ],
  [
    'has a cluster without a server',
    JSON.stringify({ ...GOOD, clusters: [{ name: 'c', cluster: {} }] }),
    /clusters\[0\]\.cluster\.server is missing$/,
  ],
  ['has a server that is none', kubeConfig({ server: 'cluster' }), /an https address, got "cluster"$/],
  [
    'has a server without TLS',
    kubeConfig({ server: 'http://c:80', cluster: { 'insecure-skip-tls-verify': false } }),
    /an https server, got http:\/\/c:80; http is taken only with insecure-skip-tls-verify: true$/,
  ],
  [
    'has an authority that is none',
    kubeConfig({ server: 'https://c', cluster: { 'certificate-authority-data': 'Z2VoZWlt' } }),
    /a certificate-authority in PEM, got something else in certificate-authority-data$/,
  ],
  [
    'names an authority that is missing',
    kubeConfig({ server: 'https://c', cluster: { 'certificate-authority': '/nowhere/ca' } }),
    /a certificate-authority in PEM, got none that can be read at \/nowhere\/ca$/,
  ],
  [
    'has a key that is none',
    kubeConfig({ server: 'https://c', user: { 'client-key-data': 'Z2VoZWlt' } }),
    /a client-key in PEM, got something else in client-key-data$/,
  ],
  [
    'has a proxy we do not speak to',
    kubeConfig({ server: 'https://c', cluster: { 'proxy-url': 'socks5://p' } }),
    /a proxy-url that begins with http:\/\/ or https:\/\//,
  ],
])('refuses one that %s', (_what, text, message) => {
  const said = refusal(text);
  expect(said).toMatch(message);
  expect(said).toMatch(/^ConfigError: KUBECONFIG: expected /);
  expect(said).not.toMatch(/geheim|Z2Vo/);
});

it('says which file does not exist', () => {
  const file = directory.path('missing');
  expect(() => loadKubeConfig(file)).toThrow(
    `KUBECONFIG: expected a kubeconfig that exists, got ${file}, which does not`,
  );
});

it('merges several, the first current context counts', () => {
  const [first, second] = [directory.path('a'), directory.path('b')];
  writeFileSync(first, JSON.stringify({ ...GOOD, clusters: [] }));
  writeFileSync(second, JSON.stringify({ clusters: GOOD.clusters, 'current-context': 'other' }));
  const config = loadKubeConfig([first, second].join(delimiter));
  expect(config.getCurrentContext()).toBe('x');
  expect(config.getCurrentCluster()?.server).toBe('https://cluster.example:6443');
});
