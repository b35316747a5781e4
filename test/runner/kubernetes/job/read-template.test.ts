import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError } from '../../../../src/config.ts';
import { checkMounts, checkTemplate } from '../../../../src/runner/kubernetes/job/check-template.ts';
import { jobManifest } from '../../../../src/runner/kubernetes/job/manifest.ts';
import { readPodTemplate } from '../../../../src/runner/kubernetes/job/read-template.ts';
import type { PodTemplate } from '../../../../src/runner/kubernetes/job/template.ts';

const directory = mkdtempSync(join(tmpdir(), 'podline-template-'));
afterAll(() => rmSync(directory, { recursive: true }));

function read(text: string): Promise<PodTemplate> {
  const file = join(directory, 'template');
  writeFileSync(file, text);
  return readPodTemplate(file);
}

const YAML = `
metadata:
  labels:
    kueue.x-k8s.io/queue-name: programs
  annotations:
    example.com/note: |
      two
      lines
spec:
  runtimeClassName: gvisor
  nodeSelector: { pool: sandboxes }
  priorityClassName: low
  schedulerName: default-scheduler
  imagePullSecrets: [{ name: registry }]
  tolerations:
    - { key: sandboxes, operator: Exists, effect: NoSchedule }
  topologySpreadConstraints:
  containers:
    - name: program
      resources: { limits: { example.com/gpu: 1 } }
      volumeMounts:
        - { name: data, mountPath: /data, readOnly: true }
  volumes:
    - name: data
      persistentVolumeClaim: { claimName: data, readOnly: true }
`;

const EXPECTED: PodTemplate = {
  labels: { 'kueue.x-k8s.io/queue-name': 'programs' },
  annotations: { 'example.com/note': 'two\nlines\n' },
  spec: {
    runtimeClassName: 'gvisor',
    nodeSelector: { pool: 'sandboxes' },
    priorityClassName: 'low',
    schedulerName: 'default-scheduler',
    imagePullSecrets: [{ name: 'registry' }],
    tolerations: [{ key: 'sandboxes', operator: 'Exists', effect: 'NoSchedule' }],
  },
  volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data', readOnly: true } }],
  volumeMounts: [{ name: 'data', mountPath: '/data', readOnly: true }],
  resources: { limits: { 'example.com/gpu': 1 as unknown as string }, requests: {} },
};

test('YAML with metadata and spec', async () => {
  expect(await read(YAML)).toEqual(EXPECTED);
});

test('a document of a kind, after a comment and a document marker, with other line ends', async () => {
  const document = `# ours\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: ignored\n${YAML.split('metadata:\n')[1]}`;
  expect(await read(document.replaceAll('\n', '\r\n'))).toMatchObject({ spec: EXPECTED.spec });
});

test('JSON, and a PodTemplate', async () => {
  const spec = { runtimeClassName: 'gvisor' };
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'PodTemplate', template: { spec } }, null, '\t');
  expect((await read(text)).spec).toEqual(spec);
});

test('what repeats a mandatory value is allowed', () => {
  const spec = {
    restartPolicy: 'Never',
    hostNetwork: false,
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          privileged: null,
        },
      },
    ],
  };
  expect(checkTemplate({ spec }).spec).toEqual({});
});

test('what is in a template is in the Job and its pod, beside ours', () => {
  const job = jobManifest({
    name: 'podline-python-0',
    launcher: 'python',
    image: 'python:3',
    limits: { memoryMb: 64, cpuMillis: 100 },
    compileMb: 0,
    deadlineSeconds: 60,
    owner: 'one',
    user: 1_900_000_000,
    template: EXPECTED,
  });
  const pod = job.spec?.template;
  for (const metadata of [job.metadata, pod?.metadata]) {
    expect(metadata?.labels).toMatchObject({ ...EXPECTED.labels, 'podline.dev/owner': 'one' });
    expect(metadata?.annotations).toMatchObject({
      ...EXPECTED.annotations,
      'karpenter.sh/do-not-disrupt': 'true',
    });
  }
  expect(pod?.spec).toMatchObject({ ...EXPECTED.spec, restartPolicy: 'Never', hostNetwork: false });
  expect(pod?.spec?.volumes?.map(({ name }) => name)).toEqual(['program', 'tmp', 'podline-launcher', 'data']);
  const [container, ...others] = pod?.spec?.containers ?? [];
  expect(others).toEqual([]);
  expect(container?.volumeMounts?.map(({ mountPath }) => mountPath)).toEqual([
    '/program',
    '/tmp',
    '/podline',
    '/data',
  ]);
  expect(container?.resources?.limits).toMatchObject({ memory: '192Mi', 'example.com/gpu': 1 });
});

test('a file that is not there, or does not parse, is reported in one sentence', async () => {
  await expect(readPodTemplate('/nowhere/pod.yaml')).rejects.toThrow(
    /^POD_TEMPLATE_FILE: expected a file or a folder that can be read, got "\/nowhere\/pod.yaml"$/,
  );
  for (const text of ['spec: [', '{"spec": {}', 'a: 1\na: 2', 'spec: {}\n---\nspec: {}']) {
    await expect(read(text)).rejects.toThrow(
      /^POD_TEMPLATE_FILE: expected YAML or JSON with one document, got what does not parse/,
    );
  }
  for (const text of ['', 'null', '[]', 'text', '3'])
    await expect(read(text)).rejects.toThrow(/^POD_TEMPLATE_FILE document: expected an object, got /);
  await expect(read(`# ${'x'.repeat(2 ** 20)}`)).rejects.toThrow(
    /expected at most 1048576 bytes, got 1048578/,
  );
});

describe('a folder', () => {
  let count = 0;
  const readFolder = (files: { readonly [name: string]: string }): Promise<PodTemplate> => {
    const folder = join(directory, `folder-${count++}`);
    mkdirSync(folder);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return readPodTemplate(folder);
  };

  test('is one template, its files joined in the order of their names', async () => {
    const template = await readFolder({
      '20-nodes.json': JSON.stringify({
        metadata: { labels: { b: 'nodes' } },
        spec: {
          dnsPolicy: 'None',
          nodeSelector: { pool: 'sandboxes' },
          tolerations: [{ key: 'sandboxes' }, { key: 'spot' }],
          affinity: { nodeAffinity: { of: 'later' } },
          imagePullSecrets: [{ name: 'registry' }, { name: 'other' }],
          containers: [{ volumeMounts: [{ name: 'models', mountPath: '/data', readOnly: true }] }],
        },
      }),
      '10-base.yaml': `
metadata: { labels: { a: base, b: base } }
spec:
  dnsPolicy: Default
  nodeSelector: { disk: fast }
  tolerations: [{ key: sandboxes }]
  affinity: { podAffinity: { of: earlier } }
  imagePullSecrets: [{ name: registry }]
  containers:
    - volumeMounts: [{ name: data, mountPath: /data, readOnly: true }]
      resources: { limits: { example.com/gpu: 1 } }
  volumes: [{ name: data, configMap: { name: data } }]
`,
      '30-models.yml': 'spec: { volumes: [{ name: models, image: { reference: models } }] }',
    });
    expect(template).toEqual({
      labels: { a: 'base', b: 'nodes' },
      annotations: {},
      spec: {
        dnsPolicy: 'None',
        nodeSelector: { disk: 'fast', pool: 'sandboxes' },
        tolerations: [{ key: 'sandboxes' }, { key: 'spot' }],
        affinity: { podAffinity: { of: 'earlier' }, nodeAffinity: { of: 'later' } },
        imagePullSecrets: [{ name: 'registry' }, { name: 'other' }],
      },
      volumes: [
        { name: 'data', configMap: { name: 'data' } },
        { name: 'models', image: { reference: 'models' } },
      ],
      volumeMounts: [{ name: 'models', mountPath: '/data', readOnly: true }],
      resources: { limits: { 'example.com/gpu': 1 }, requests: {} },
    });
  });

  test('as a ConfigMap is mounted: links, and entries that begin with a dot', async () => {
    const folder = join(directory, 'mounted');
    mkdirSync(join(folder, '..2026_01'), { recursive: true });
    writeFileSync(join(folder, '..2026_01', 'a.yaml'), 'spec: { runtimeClassName: gvisor }');
    symlinkSync('..2026_01', join(folder, '..data'));
    symlinkSync('..data/a.yaml', join(folder, 'a.yaml'));
    writeFileSync(join(folder, '.b.yaml'), 'no template');
    writeFileSync(join(folder, 'README.md'), 'no template');
    expect((await readPodTemplate(folder)).spec).toEqual({ runtimeClassName: 'gvisor' });
  });

  test('without a file of these names is refused', async () => {
    await expect(readFolder({ 'pod.txt': '' })).rejects.toThrow(
      /^POD_TEMPLATE_FILE: expected a folder with \.yaml, \.yml or \.json files, got none in "/,
    );
  });

  test('all that is wrong is reported at once, with the file that it stands in', async () => {
    const read = readFolder({
      'a.yaml': 'spec: { hostNetwork: true, hostPID: true }',
      'b.yaml': 'spec: [',
      'c.yaml': 'spec: {}',
    });
    const error: unknown = await read.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error).split('\n')).toEqual([
      'ConfigError: POD_TEMPLATE_FILE a.yaml spec.hostNetwork: expected false or nothing, as podline sets it, got true',
      'POD_TEMPLATE_FILE a.yaml spec.hostPID: expected false or nothing, as podline sets it, got true',
      expect.stringMatching(/^POD_TEMPLATE_FILE b\.yaml: expected YAML or JSON .* does not parse \(line 1, /),
    ]);
  });

  test('is bounded as one', async () => {
    const half = `# ${'x'.repeat(2 ** 19)}`;
    await expect(readFolder({ 'a.yaml': half, 'b.yaml': half })).rejects.toThrow(
      /expected at most 1048576 bytes, got 1048580$/,
    );
  });
});

test('YAML whose aliases multiply is refused', async () => {
  const lists = Array.from(
    { length: 9 },
    (_, at) => `a${at}: &a${at} [${Array(10).fill(at ? `*a${at - 1}` : 'x')}]`,
  );
  await expect(read(lists.join('\n'))).rejects.toThrow(/does not parse \(Excessive alias count/);
});

const container = (fields: object) => ({ spec: { containers: [fields] } });
const security = (fields: object) => container({ securityContext: fields });
const mount = (fields: object) => ({
  spec: {
    volumes: [{ name: 'data', configMap: { name: 'data' } }],
    containers: [{ volumeMounts: [{ name: 'data', mountPath: '/data', readOnly: true, ...fields }] }],
  },
});
const volume = (fields: object) => ({ spec: { volumes: [{ name: 'data', ...fields }] } });

const REFUSED: readonly (readonly [object, string])[] = [
  [
    { spec: { hostNetwork: true } },
    'spec.hostNetwork: expected false or nothing, as podline sets it, got true',
  ],
  [{ spec: { hostPID: true } }, 'spec.hostPID: expected false'],
  [{ spec: { hostIPC: true } }, 'spec.hostIPC: expected false'],
  [{ spec: { hostUsers: true } }, 'spec.hostUsers: expected no field but these here: affinity, automount'],
  [{ spec: { shareProcessNamespace: true } }, 'spec.shareProcessNamespace: expected false'],
  [{ spec: { automountServiceAccountToken: true } }, 'spec.automountServiceAccountToken: expected false'],
  [{ spec: { enableServiceLinks: true } }, 'spec.enableServiceLinks: expected false'],
  [{ spec: { restartPolicy: 'OnFailure' } }, 'spec.restartPolicy: expected "Never"'],
  [{ spec: { terminationGracePeriodSeconds: 600 } }, 'spec.terminationGracePeriodSeconds: expected 5'],
  [{ spec: { serviceAccountName: 'admin' } }, 'spec.serviceAccountName: expected no field but'],
  [{ spec: { nodeName: 'one' } }, 'spec.nodeName: expected no field but'],
  [{ spec: { activeDeadlineSeconds: 1 } }, 'spec.activeDeadlineSeconds: expected no field but'],
  [{ spec: { initContainers: [{ name: 'x' }] } }, 'spec.initContainers: expected no field but'],
  [{ spec: { ephemeralContainers: [] } }, 'spec.ephemeralContainers: expected no field but'],
  [{ spec: { nodeSelecter: {} } }, 'spec.nodeSelecter: expected no field but'],
  [{ spec: { __proto__: null, constructor: {} } }, 'spec.constructor: expected no field but'],
  [{ spec: { securityContext: { runAsUser: 0 } } }, 'spec.securityContext.runAsUser: expected no field but'],
  [
    { spec: { securityContext: { runAsNonRoot: false } } },
    'spec.securityContext.runAsNonRoot: expected true',
  ],
  [
    { spec: { securityContext: { seccompProfile: { type: 'Unconfined' } } } },
    'spec.securityContext.seccompProfile: expected {"type":"RuntimeDefault"} or nothing, as podline sets it, got an object',
  ],
  [{ spec: { securityContext: { sysctls: [] } } }, 'spec.securityContext.sysctls: expected no field but'],
  [security({ privileged: true }), 'spec.containers[0].securityContext.privileged: expected false'],
  [
    security({ allowPrivilegeEscalation: true }),
    'spec.containers[0].securityContext.allowPrivilegeEscalation: expected false',
  ],
  [
    security({ readOnlyRootFilesystem: false }),
    'spec.containers[0].securityContext.readOnlyRootFilesystem: expected true',
  ],
  [
    security({ capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } }),
    'spec.containers[0].securityContext.capabilities: expected {"drop":["ALL"]}',
  ],
  [
    security({ procMount: 'Unmasked' }),
    'spec.containers[0].securityContext.procMount: expected no field but',
  ],
  [security({ runAsUser: 0 }), 'spec.containers[0].securityContext.runAsUser: expected no field but'],
  [container({ command: ['sh'] }), 'spec.containers[0].command: expected no field but'],
  [container({ image: 'other' }), 'spec.containers[0].image: expected no field but'],
  [container({ stdin: false }), 'spec.containers[0].stdin: expected true'],
  [container({ tty: true }), 'spec.containers[0].tty: expected false'],
  [
    container({ env: [{ name: 'A', value: 'hunter2' }] }),
    'spec.containers[0].env: expected no field but these here: name, resources, securityContext, stdin, stdinOnce, tty, volumeMounts, got a list of 1',
  ],
  [container({ envFrom: [] }), 'spec.containers[0].envFrom: expected no field but'],
  [container({ lifecycle: {} }), 'spec.containers[0].lifecycle: expected no field but'],
  [container({ name: 'sidecar' }), 'spec.containers[0].name: expected "program"'],
  [{ spec: { containers: [{}, {}] } }, 'spec.containers: expected one container, program, at the most'],
  [
    container({ resources: { limits: { memory: '1Ti' } } }),
    'spec.containers[0].resources.limits.memory: expected an extended resource',
  ],
  [
    volume({ hostPath: { path: '/' } }),
    'spec.volumes[0].hostPath: expected no field but these here: configMap',
  ],
  [volume({ secret: { secretName: 'x' } }), 'spec.volumes[0].secret: expected no field but'],
  [volume({ projected: {} }), 'spec.volumes[0].projected: expected no field but'],
  [volume({}), 'spec.volumes[0]: expected one of configMap, image, persistentVolumeClaim'],
  [
    volume({ persistentVolumeClaim: { claimName: 'x' } }),
    'spec.volumes[0].persistentVolumeClaim.readOnly: expected true, got nothing',
  ],
  [volume({ name: 'program', configMap: {} }), 'spec.volumes[0].name: expected a name other than'],
  [
    volume({ name: 'podline-launcher', configMap: {} }),
    'spec.volumes[0].name: expected a name other than program, tmp, podline-launcher, got "podline-launcher"',
  ],
  [mount({ readOnly: false }), 'spec.containers[0].volumeMounts[0].readOnly: expected true'],
  [mount({ readOnly: null }), 'spec.containers[0].volumeMounts[0].readOnly: expected true, got nothing'],
  [
    mount({ mountPath: '/program/data' }),
    'spec.containers[0].volumeMounts[0].mountPath: expected a place outside /program',
  ],
  [
    mount({ mountPath: '/podline/more' }),
    'spec.containers[0].volumeMounts[0].mountPath: expected a place outside /podline',
  ],
  [mount({ mountPath: '/' }), 'spec.containers[0].volumeMounts[0].mountPath: expected an absolute path'],
  [mount({ mountPath: '/data/../tmp' }), 'mountPath: expected an absolute path of plain names'],
  [mount({ mountPath: '/proc' }), 'mountPath: expected a place outside /proc'],
  [mount({ subPathExpr: '$(A)' }), 'volumeMounts[0].subPathExpr: expected no field but'],
  [mount({ name: 'other' }), 'volumeMounts[0].name: expected one of spec.volumes, got "other"'],
  [
    { metadata: { labels: { 'podline.dev/owner': 'x' } } },
    'metadata.labels.podline.dev/owner: expected no label',
  ],
  [
    { metadata: { labels: { 'app.kubernetes.io/managed-by': 'x' } } },
    'metadata.labels.app.kubernetes.io/managed-by: expected no label that podline or Kubernetes sets',
  ],
  [{ metadata: { labels: { 'batch.kubernetes.io/job-name': 'x' } } }, 'expected no label that podline'],
  [
    { metadata: { labels: { a: true } } },
    'metadata.labels.a: expected text of a label (in quotes), got true',
  ],
  [
    { metadata: { annotations: { 'karpenter.sh/do-not-disrupt': 'false' } } },
    'metadata.annotations.karpenter.sh/do-not-disrupt: expected no annotation',
  ],
  [
    { metadata: { annotations: { 'container.apparmor.security.beta.kubernetes.io/program': 'unconfined' } } },
    'expected no annotation that podline or Kubernetes sets',
  ],
  [{ metadata: { namespace: 'x' } }, 'metadata.namespace: expected no field but'],
  [{ metadata: { finalizers: ['x'] } }, 'metadata.finalizers: expected no field but'],
  [{ kind: 'Deployment', spec: {} }, 'kind: expected Pod or PodTemplate, got "Deployment"'],
  [{ kind: 'PodTemplate', template: [] }, 'template: expected an object, got a list of 0'],
  [
    { kind: 'PodTemplate', template: { spec: { hostNetwork: true } } },
    'template.spec.hostNetwork: expected false',
  ],
  [{ runtimeClassName: 'gvisor' }, 'runtimeClassName: expected no field but these here: apiVersion, kind'],
  [{ spec: [] }, 'spec: expected an object, got a list of 0'],
  [{ spec: { tolerations: {} } }, 'spec.tolerations: expected a list, got an object'],
  [{ spec: { tolerations: ['x'] } }, 'spec.tolerations[0]: expected an object, got "x"'],
  [{ spec: { nodeSelector: ['x'] } }, 'spec.nodeSelector: expected an object, got a list of 1'],
  [{ spec: { nodeSelector: { disk: 1 } } }, 'spec.nodeSelector.disk: expected text'],
  [{ spec: { runtimeClassName: 'g visor' } }, "spec.runtimeClassName: expected an object's name"],
  [{ spec: { containers: {} } }, 'spec.containers: expected a list, got an object'],
];

for (const [document, message] of REFUSED) {
  test(`refused: ${message.slice(0, 90)}`, () => {
    let thrown: unknown;
    try {
      checkMounts(checkTemplate(document));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ConfigError);
    expect(String(thrown)).toContain(message);
    expect(String(thrown)).toMatch(/^ConfigError: POD_TEMPLATE_FILE [^\n]+, got [^\n]+$/);
    expect(String(thrown)).not.toContain('hunter2');
  });
}
