import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError, readConfig } from '../src/config.ts';
import { LANGUAGES } from '../src/runner/languages/languages.ts';

test('an empty environment gives the defaults that the documentation states', () => {
  expect(readConfig({ HOME: '/root', PORT: '' })).toEqual({
    host: '127.0.0.1',
    port: 5000,
    dataDir: '.podline',
    mongodbUri: null,
    languages: LANGUAGES,
    nativeCgroup: null,
    nativePython: null,
    runner: 'embedded',
    isolation: 'auto',
    kubernetes: {
      kubeconfig: null,
      namespace: 'podline-sandbox',
      images: { python: 'python:3.13-slim', javascript: 'node:24-slim', typescript: 'node:24-slim' },
      podTemplateFile: null,
      pullLimitMs: 120_000,
      scheduleLimitMs: 600_000,
    },
    warm: { python: 2, javascript: 2, shell: 2 },
    maxRunning: null,
    maxRunningPerCaller: null,
    maxQueued: 1000,
    maxQueuedPerCaller: 200,
    defaultLimits: { timeoutMs: 30_000, memoryMb: 256, cpuMillis: 1000, outputBytes: 10_485_760 },
    maximumLimits: { timeoutMs: 3_600_000, memoryMb: 1024, cpuMillis: 4000, outputBytes: 33_554_432 },
    apiKeys: [],
    allowAnonymous: false,
    allowedOrigins: [],
    allowedHosts: [],
    trustProxy: false,
    introspection: null,
    sessions: { idleTimeoutMs: 600_000, lifetimeMs: 86_400_000, maxSessions: 20, maxSessionsPerCaller: 5 },
    retentionDays: 30,
    shutdownGraceMs: 20_000,
    logLevel: 'info',
    tracing: null,
  });
});

test('every setting is read', () => {
  expect(
    readConfig({
      HOST: '0.0.0.0',
      PORT: '0',
      RUNNER: 'kubernetes',
      KUBECONFIG: '/etc/kube/config',
      KUBERNETES_NAMESPACE: 'programs',
      RUNTIME_IMAGES: 'python=registry.example:5000/python@sha256:0f',
      POD_TEMPLATE_FILE: '/etc/podline/pod.yaml',
      PULL_LIMIT_MS: '1000',
      SCHEDULE_LIMIT_MS: '2000',
      WARM: 'python=4',
      MAX_RUNNING: '7',
      MAX_RUNNING_PER_CALLER: '3',
      MAXIMUM_LIMITS: 'timeoutMs=5000',
      DEFAULT_LIMITS: 'memoryMb=64, outputBytes=2048',
      API_KEYS: 'ci=one, ci=two,ops=th=ree',
      ALLOW_ANONYMOUS: 'true',
      ALLOWED_ORIGINS: 'https://a.example,http://localhost:3000',
      ALLOWED_HOSTS: 'podline.example, [::1]:80',
      INTROSPECTION: 'false',
      LOG_LEVEL: 'debug',
    }),
  ).toMatchObject({
    host: '0.0.0.0',
    port: 0,
    runner: 'kubernetes',
    kubernetes: {
      kubeconfig: '/etc/kube/config',
      namespace: 'programs',
      images: { python: 'registry.example:5000/python@sha256:0f', javascript: 'node:24-slim' },
      podTemplateFile: '/etc/podline/pod.yaml',
      pullLimitMs: 1000,
      scheduleLimitMs: 2000,
    },
    warm: { python: 4, javascript: 2 },
    maxRunning: 7,
    // A default above the maximum comes down to it.
    defaultLimits: { timeoutMs: 5000, memoryMb: 64, outputBytes: 2048 },
    maximumLimits: { timeoutMs: 5000, memoryMb: 1024 },
    apiKeys: [
      { name: 'ci', key: 'one' },
      { name: 'ci', key: 'two' },
      { name: 'ops', key: 'th=ree' },
    ],
    allowedOrigins: ['https://a.example', 'http://localhost:3000'],
    allowedHosts: ['podline.example', '[::1]:80'],
    introspection: false,
    logLevel: 'debug',
  });
});

test('javascript and typescript have one image, whichever of them names it', () => {
  const images = (text: string) => readConfig({ RUNTIME_IMAGES: text }).kubernetes.images;
  expect(images('typescript=node:26')).toEqual({
    python: 'python:3.13-slim',
    javascript: 'node:26',
    typescript: 'node:26',
  });
  expect(images('ruby=ruby:4')).toMatchObject({ ruby: 'ruby:4', javascript: 'node:24-slim' });
  expect(images('javascript=node:26')).toMatchObject({ typescript: 'node:26' });
  expect(images('javascript=node:26, typescript=node:26')).toMatchObject({ javascript: 'node:26' });
});

test('keys come from a file too, comments left out', () => {
  const directory = mkdtempSync(join(tmpdir(), 'podline-config-'));
  const file = join(directory, 'keys');
  writeFileSync(file, '# people\nalice=one\n\nbob=two\n');
  expect(readConfig({ API_KEYS_FILE: file, API_KEYS: 'ci=zero' }).apiKeys.map(({ name }) => name)).toEqual([
    'ci',
    'alice',
    'bob',
  ]);
  rmSync(directory, { recursive: true });
});

const wrong: [string, string, RegExp][] = [
  ['PORT', '5000x', /^PORT: expected a whole number from 0 to 65535, got "5000x"$/],
  ['PORT', '65536', /PORT: .*got "65536"/],
  ['RUNNER', 'docker', /RUNNER: expected one of embedded, native, kubernetes, got "docker"/],
  ['KUBERNETES_NAMESPACE', 'Sandbox', /KUBERNETES_NAMESPACE: expected a namespace: .*, got "Sandbox"/],
  ['KUBERNETES_NAMESPACE', 'a'.repeat(64), /KUBERNETES_NAMESPACE: expected a namespace/],
  [
    'RUNTIME_IMAGES',
    'rubi=ruby:4',
    /RUNTIME_IMAGES: expected python=…, .*, sqlite=…, got "rubi=ruby:4"\. Did you mean ruby\?$/,
  ],
  ['RUNTIME_IMAGES', 'python=', /RUNTIME_IMAGES python: expected an image like node:24-slim, got ""/],
  ['RUNTIME_IMAGES', 'python=a b', /RUNTIME_IMAGES python: expected an image/],
  [
    'RUNTIME_IMAGES',
    'javascript=node:24,typescript=node:26',
    /RUNTIME_IMAGES: expected one image for javascript and typescript, .*, got "node:24 and node:26"/,
  ],
  ['PULL_LIMIT_MS', '2m', /PULL_LIMIT_MS: expected a whole number from 0 to 86400000, got "2m"/],
  ['SCHEDULE_LIMIT_MS', '-1', /SCHEDULE_LIMIT_MS: expected a whole number/],
  [
    'WARM',
    'rubi=1',
    /WARM: expected python=…, javascript=…, shell=…, .*, got "rubi=1"\. Did you mean ruby\?$/,
  ],
  [
    'LANGUAGES_FILE',
    '/nowhere.yaml',
    /^LANGUAGES_FILE: expected a file that can be read, got "\/nowhere.yaml"$/,
  ],
  ['WARM', 'python=-1', /WARM python: expected a whole number/],
  ['MAX_RUNNING_PER_CALLER', 'half', /MAX_RUNNING_PER_CALLER: expected a whole number from 1/],
  ['MAX_RUNNING', '0', /MAX_RUNNING: expected a whole number from 1/],
  [
    'DEFAULT_LIMITS',
    'timeoutMs=99999999',
    /DEFAULT_LIMITS timeoutMs: expected a whole number from 100 to 3600000/,
  ],
  ['DEFAULT_LIMITS', 'disk=1', /DEFAULT_LIMITS: expected timeoutMs=…/],
  ['ALLOW_ANONYMOUS', 'yes', /ALLOW_ANONYMOUS: expected one of true, false/],
  ['ALLOWED_ORIGINS', 'https://a.example/path', /ALLOWED_ORIGINS: expected an origin/],
  ['ALLOWED_HOSTS', 'http://a', /ALLOWED_HOSTS: expected a host name/],
  [
    'API_KEYS_FILE',
    '/nowhere/keys',
    /API_KEYS_FILE: expected a file that can be read, got "\/nowhere\/keys"/,
  ],
  ['HOST', '0.0.0.0', /HOST: expected a loopback address .*got "0\.0\.0\.0"/],
  [
    'API_KEYS',
    'a=same,b=same',
    /API_KEYS: expected a key of its own for each name, got one for both a and b/,
  ],
  ['LOG_LEVEL', 'loud', /LOG_LEVEL: expected one of fatal/],
];

for (const [name, value, message] of wrong) {
  test(`${name}=${value} is refused with a sentence`, () => {
    expect(() => readConfig({ [name]: value })).toThrow(ConfigError);
    expect(() => readConfig({ [name]: value })).toThrow(message);
  });
}

test('all settings that are wrong are told at once', () => {
  expect(() =>
    readConfig({ PORT: 'x', WARM: '-1', API_KEYS: '=', HOST: '0.0.0.0', MAX_QUEUED: '5' }),
  ).toThrow(/^PORT: expected [^\n]*\nWARM: expected [^\n]*\nAPI_KEYS: expected [^\n]*$/);
});

test('a key that is wrong is not repeated in the message', () => {
  expect(() => readConfig({ API_KEYS: 'ok=fine,hunter2' })).toThrow(/got something else as entry 2/);
  expect(() => readConfig({ API_KEYS: 'ok=fine,hunter2' })).not.toThrow(/hunter2/);
});

test('another address than loopback takes credentials or the word that none are wanted', () => {
  expect(readConfig({ HOST: '0.0.0.0', API_KEYS: 'a=b' }).host).toBe('0.0.0.0');
  expect(readConfig({ HOST: '::', ALLOW_ANONYMOUS: 'true' }).host).toBe('::');
  for (const host of ['localhost', '127.0.0.2', '::1']) expect(readConfig({ HOST: host }).host).toBe(host);
});
