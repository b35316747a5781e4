import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDataDir } from '../../service/support/data-dir.ts';
import { get } from '../../service/support/executions.ts';
import { ServerProcess } from '../../service/support/server-process.ts';
import type { Settings } from '../../service/support/settings.ts';
import { TestNamespace } from '../support/namespace.ts';
import { ApiProxy } from './support/api-proxy.ts';
import { moved, serverOf } from './support/moved.ts';
import { healed, PATIENT, waits, withServer } from './support/refusals.ts';
import { clusterSettings, freePort, health, runnerProblem } from './support/server.ts';
import { temporaryFile } from './support/temporary-file.ts';

let namespace: TestNamespace;
beforeAll(async () => {
  namespace = await TestNamespace.create('bad-input');
});
afterAll(() => namespace?.[Symbol.asyncDispose]());

const RUNS_AS_ROOT = '{"spec":{"securityContext":{"runAsNonRoot":false}}}';
const READS_THE_NODE = 'spec:\n  volumes:\n    - {name: disk, hostPath: {path: /}}\n';

/** Starts a server that must not start; resolves to what it says. */
async function refusedStart(settings: Settings): Promise<string> {
  await using dataDir = await makeDataDir();
  await using server = new ServerProcess(clusterSettings(namespace, { DATA_DIR: dataDir.path, ...settings }));
  await Promise.race([server.ended, server.listening().catch(() => {})]);
  expect(server.stderr).not.toMatch(/listens on/);
  expect((await server.ended).code).toBe(1);
  // A sentence, not a stack.
  expect(server.stderr).toMatch(/^Podline cannot start: [^\n]+\n$/);
  return server.stderr;
}

/** A few of each; every field is tried where it is checked. */
describe('what cannot be right stops the start', () => {
  test.each([
    ['KUBECONFIG', 'that is no YAML', 'apiVersion: v1\n  clusters: [}', /expected a kubeconfig in YAML/],
    ['KUBECONFIG', 'that is empty', '', /expected a kubeconfig/],
    ['POD_TEMPLATE_FILE', 'that does not parse', '{"spec": [}', /does not parse/],
    ['POD_TEMPLATE_FILE', 'with root', RUNS_AS_ROOT, /spec\.securityContext\.runAsNonRoot: expected true/],
    ['POD_TEMPLATE_FILE', "with the node's disk", READS_THE_NODE, /hostPath/],
  ])('a %s %s', async (setting, _, text, sentence) => {
    await using file = await temporaryFile(text);
    const said = await refusedStart({ [setting]: file.path });
    expect(said).toContain(setting);
    expect(said).toMatch(sentence);
  });

  test.each(['KUBECONFIG', 'POD_TEMPLATE_FILE'])('a %s that is not there', async (setting) => {
    expect(await refusedStart({ [setting]: '/nowhere/file' })).toMatch(
      new RegExp(`${setting}: expected .*, got "?/nowhere/file`),
    );
  });
});

describe('what may heal does not stop the start', () => {
  test('a cluster that cannot be reached; once it can, what waits runs', async () => {
    await using proxy = new ApiProxy(serverOf(namespace.kubeconfig), await freePort());
    const place = { name: namespace.name, kubeconfig: await moved(namespace.kubeconfig, proxy.url) };
    await withServer(place, { ...PATIENT, WARM: '1' }, async ({ url }) => {
      const unreachable = (problem: string | null): boolean => /cannot be reached/.test(problem ?? '');
      const wrong = await health(url, 'that it is away', (one) => unreachable(runnerProblem(one)));
      expect(wrong.status).toBe('DEGRADED');
      const id = await waits(url, /cannot be reached/);
      expect((await get(url, id)).status).toBe('QUEUED');
      await proxy.open();
      await healed(url, id);
      await health(url, 'all is well', ({ status }) => status === 'HEALTHY');

      await proxy.close();
      await health(url, 'that it is away', (one) => one.status === 'DEGRADED');
      const later = await waits(url, /Kubernetes API/);
      await proxy.open();
      await healed(url, later);
      await health(url, 'all is well', ({ status }) => status === 'HEALTHY');
    });
  });

  test('credentials that are refused; once they are good, what waits runs', async () => {
    const good = await readFile(namespace.kubeconfig, 'utf8');
    expect(good).toMatch(/"token":/);
    await using file = await temporaryFile(good.replace(/("token": ?")[^"]+/, '$1nonsense'));
    await withServer({ name: namespace.name, kubeconfig: file.path }, PATIENT, async ({ url }) => {
      const wrong = await health(url, 'the credentials', (one) =>
        /credentials/.test(runnerProblem(one) ?? ''),
      );
      expect(wrong.status).toBe('DEGRADED');
      const id = await waits(url, /credentials/);
      await writeFile(file.path, good);
      await healed(url, id);
    });
  });
});
