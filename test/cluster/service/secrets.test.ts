import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { get, submit } from '../../service/support/executions.ts';
import { TestNamespace } from '../support/namespace.ts';
import { until } from '../support/until.ts';
import { nothingLeftOf } from './support/remains.ts';
import { type ClusterServer, startClusterServer } from './support/server.ts';
import { Viewer } from './support/viewer.ts';

/** Words that stand nowhere but in what a caller hands over; none of the programs prints one. */
const SECRETS = Object.fromEntries(
  ['code', 'stdin', 'environment', 'file', 'argument'].map((what) => [
    what,
    `${what}-${randomBytes(12).toString('hex')}`,
  ]),
);

let namespace: TestNamespace;
let server: ClusterServer;
beforeAll(async () => {
  namespace = await TestNamespace.create('secrets');
  server = await startClusterServer(namespace, { WARM: '1', LOG_LEVEL: 'trace' });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await namespace?.[Symbol.asyncDispose]();
});

const PROGRAMS = {
  python: `
import sys, time
secret = "${SECRETS['code']}"
print("first", flush=True)
while not sys.stdin.readline(): pass
time.sleep(600)
`,
  javascript: `
    const secret = '${SECRETS['code']}';
    console.log('first');
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  `,
};

const INPUT = {
  stdin: `${SECRETS['stdin']}\n`,
  env: [{ name: 'NAME', value: SECRETS['environment'] }],
  files: [{ path: 'file.txt', content: SECRETS['file'] }],
  args: [SECRETS['argument']],
};

/** Fails when a secret stands in the text, as it is or as base64 would write it. */
function expectNoSecret(where: string, text: string): void {
  expect(text, where).not.toBe('');
  const found = Object.entries(SECRETS).filter(
    ([, secret]) => text.includes(secret) || base64Forms(secret).some((form) => text.includes(form)),
  );
  expect(found, `secrets in ${where}`).toEqual([]);
}

/** What base64 makes of it at each of the three offsets, without the edges that its neighbours decide. */
function base64Forms(secret: string): string[] {
  return [0, 1, 2].map((offset) =>
    Buffer.from(' '.repeat(offset) + secret)
      .toString('base64')
      .slice(4, -4),
  );
}

async function expectNoSecretInCluster(pods: readonly string[]): Promise<void> {
  const { core, batch, name } = namespace;
  expectNoSecret('jobs', JSON.stringify(await batch.listNamespacedJob({ namespace: name })));
  expectNoSecret('pods', JSON.stringify(await core.listNamespacedPod({ namespace: name })));
  expectNoSecret('events', JSON.stringify(await core.listNamespacedEvent({ namespace: name })));
  expectNoSecret('config maps', JSON.stringify(await core.listNamespacedConfigMap({ namespace: name })));
  expectNoSecret('secrets', JSON.stringify(await core.listNamespacedSecret({ namespace: name })));
  for (const pod of pods) {
    // A pod may be attached to before its kubelet has told that it runs; until then there is no log.
    const log = await until(
      () => core.readNamespacedPodLog({ namespace: name, name: pod }).catch(() => null),
      (read) => read !== null,
    );
    expectNoSecret(`log of ${pod}`, log ?? '');
  }
}

// The first is served by a pod that was warm or not; a greater limit never is.
test.each([
  { language: 'python', limits: {} },
  { language: 'python', limits: { memoryMb: 300 } },
  { language: 'javascript', limits: {} },
] as const)('$language $limits: what a caller hands over stands nowhere', async ({ language, limits }) => {
  const id = await submit(server.url, { code: PROGRAMS[language], language, limits, ...INPUT });
  const viewer = new Viewer(server.url, id);
  await viewer.printed('first\n');
  const { runner } = await get(server.url, id);
  const pod = runner?.pod ?? '';
  await expectNoSecretInCluster([pod]);
  // An end that nobody asked for has most to say in logs and events.
  await namespace.core.deleteNamespacedPod({ name: pod, namespace: namespace.name });
  const ended = await viewer.end();
  expect(ended).toMatchObject({ endReason: 'INTERRUPTED', output: 'first\n' });
  expectNoSecret('the message', ended.message ?? '');
  await nothingLeftOf(namespace, ended);
  await expectNoSecretInCluster([]);
  expectNoSecret('the log of the server', server.process.stdout);
  expectNoSecret('the words of the server', server.process.stderr);
});
