import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { dumpYaml } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPodTemplate } from '../../../src/runner/kubernetes/job/read-template.ts';
import type { PodTemplate } from '../../../src/runner/kubernetes/job/template.ts';
import { CUSTOM_RESOURCES } from './support/custom-resources.ts';
import { kubectl } from './support/kubectl.ts';
import { namespacesOf, TESTED_OVERLAY, writeOverlay } from './support/overlay.ts';
import { at, find, type Rendered, render, renderWith, settingsOf } from './support/rendered.ts';
import { faults } from './support/schema.ts';

const K8S = resolve(import.meta.dirname, '../../../k8s');
const PUBLISHED = ['overlays/local', 'overlays/local-sqlite', 'overlays/eks', 'overlays/kueue'];
const FOLDERS = ['base', ...PUBLISHED, TESTED_OVERLAY];
const EVERYTHING = ['gvisor', 'kueue', 'monitoring'];

const isCustom = (kind: string | undefined): boolean => kind !== undefined && kind in CUSTOM_RESOURCES;

describe('the API server takes it', () => {
  const namespaces = namespacesOf(`t${randomBytes(3).toString('hex')}`);

  beforeAll(async () => {
    for (const namespace of Object.values(namespaces)) {
      await kubectl(['create', 'namespace', namespace]);
      // As the base has it: what a dry run finds against Pod Security comes as a warning.
      await kubectl(['label', 'namespace', namespace, 'pod-security.kubernetes.io/warn=restricted']);
    }
  });

  afterAll(async () => {
    await kubectl([
      'delete',
      'namespace',
      ...Object.values(namespaces),
      '--ignore-not-found',
      '--wait=false',
    ]);
  });

  test.each([
    ...FOLDERS.map((folder) => ({ folder, components: [] })),
    { folder: 'overlays/eks', components: EVERYTHING },
  ])('$folder with $components', async ({ folder, components }) => {
    await using overlay = await writeOverlay(folder, { namespaces, components });
    const { objects } = await render(overlay.path);
    const known = objects.filter(({ kind }) => !isCustom(kind));
    const input = known.map((object) => dumpYaml(object)).join('---\n');
    const { stdout, stderr } = await kubectl(['apply', '--dry-run=server', '-f', '-'], input);
    expect(stdout.trim().split('\n')).toHaveLength(known.length);
    expect(stderr.split('\n').filter((line) => !line.includes('last-applied-configuration'))).toEqual(['']);
  });
});

test.each(['overlays/kueue', 'overlays/eks'])(
  'objects of others are as their schemas say: %s',
  async (folder) => {
    const { objects } = await renderWith(folder, folder === 'overlays/kueue' ? ['monitoring'] : EVERYTHING);
    const custom = objects.filter(({ kind }) => isCustom(kind));
    expect(custom.length).toBe(Object.keys(CUSTOM_RESOURCES).length);
    for (const object of custom) {
      const { apiVersion, spec } = CUSTOM_RESOURCES[object.kind ?? ''] ?? {};
      expect(object.apiVersion).toBe(apiVersion);
      expect(spec && faults(at(object, 'spec') ?? {}, spec, object.kind)).toEqual([]);
    }
  },
);

describe('what is not set anywhere is not in the repository', () => {
  test.each(FOLDERS)('%s makes no Secret', async (folder) => {
    const { objects } = await render(join(K8S, folder));
    expect(objects.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });
});

test.each(PUBLISHED)('%s names images that a reader can get', async (folder) => {
  const rendered = await render(join(K8S, folder));
  expect(rendered.text).not.toContain('podline.test');
  const containers = at(find(rendered, 'Deployment', 'podline'), 'spec', 'template', 'spec', 'containers');
  // What `kind load docker-image` and `minikube image build` make, or a registry of the reader's.
  expect(at(containers, 0, 'image')).toMatch(/^podline:dev$|\.amazonaws\.com\/podline:[\d.]+$/);
  expect(at(containers, 0, 'imagePullPolicy')).toBe('IfNotPresent');
  expect(settingsOf(rendered).kubernetes.images).toEqual({
    python: 'python:3.13-slim',
    javascript: 'node:24-slim',
    typescript: 'node:24-slim',
  });
});

describe('the settings can be read, and the pod template passes', () => {
  test.each([
    ...FOLDERS.map((folder) => ({ folder, components: [] })),
    { folder: 'overlays/eks', components: EVERYTHING },
    { folder: 'overlays/local', components: ['gvisor', 'kueue'] },
  ])('$folder with $components', async ({ folder, components }) => {
    const rendered = await renderWith(folder, components);
    const config = settingsOf(rendered);
    expect(config).toMatchObject({ host: '0.0.0.0', runner: 'kubernetes', trustProxy: false });
    const template = await templateOf(rendered);
    expect(template.spec.dnsPolicy).toBe('Default');
    expect(template.spec.runtimeClassName).toBe(components.includes('gvisor') ? 'gvisor' : undefined);
    const queue = components.includes('kueue') || folder === 'overlays/kueue' ? 'programs' : undefined;
    expect(template.labels['kueue.x-k8s.io/queue-name']).toBe(queue);
    expect(template.spec.nodeSelector).toEqual(folder === 'overlays/eks' ? { pool: 'sandboxes' } : undefined);
  });
});

async function templateOf(rendered: Rendered): Promise<PodTemplate> {
  const files = at(find(rendered, 'ConfigMap', 'podline-pod-template'), 'data');
  const directory = await mkdtemp(join(tmpdir(), 'podline-template-'));
  try {
    for (const [name, text] of Object.entries(files ?? {}))
      await writeFile(join(directory, name), String(text));
    return await readPodTemplate(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
