import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Runner } from '../../../src/executions/runner.ts';
import { launcherConfigMap } from '../../../src/runner/kubernetes/launchers/launcher.ts';
import { ObservedRun } from '../../contract/runner/run.ts';
import { TestNamespace } from '../support/namespace.ts';
import { openRunner, removingAfterwards } from '../support/runner.ts';
import { until } from '../support/until.ts';

let namespace: TestNamespace;
let runner: Runner;
beforeAll(async () => {
  namespace = await TestNamespace.create('launchers');
});
afterAll(() => namespace[Symbol.asyncDispose]());
afterEach(async () => {
  await runner[Symbol.asyncDispose]();
  await namespace.clear();
});

const { name } = launcherConfigMap('python');
const HELLO = 'print("hello")';

async function open(): Promise<void> {
  runner = removingAfterwards(await openRunner(namespace, { warm: { python: 0, javascript: 0 } }));
}

async function launcherMaps() {
  const { items } = await namespace.core.listNamespacedConfigMap({
    namespace: namespace.name,
    labelSelector: 'app.kubernetes.io/name=podline-launcher',
  });
  return items;
}

test("a launcher's ConfigMap is made before the first pod, and serves all that follow", async () => {
  await open();
  for (let turn = 0; turn < 2; turn++) await new ObservedRun(runner, 'python', HELLO).endsBy('EXITED');
  const [map, ...others] = await launcherMaps();
  expect(others).toEqual([]);
  expect([map?.metadata?.name, map?.immutable]).toEqual([name, true]);
  await runner[Symbol.asyncDispose]();
  // Another server finds it.
  await open();
  await new ObservedRun(runner, 'python', HELLO).endsBy('EXITED');
  expect((await launcherMaps()).map(({ metadata }) => metadata?.uid)).toEqual([map?.metadata?.uid]);
});

test('one that somebody deletes is reported where a program waits for it, and made again', async () => {
  await open();
  await new ObservedRun(runner, 'python', HELLO).endsBy('EXITED');
  await namespace.core.deleteNamespacedConfigMap({ namespace: namespace.name, name });
  // A node keeps what its pods had mounted for a moment.
  await until(
    () => namespace.pods(),
    (pods) => pods.length === 0,
  );
  const run = new ObservedRun(runner, 'python', HELLO);
  await run.endsBy('EXITED');
  expect(run.text()).toBe('hello\n');
  expect(run.waits.join('\n')).toContain(`The ConfigMap ${name}, which holds its launcher, was missing`);
  expect((await launcherMaps()).map(({ metadata }) => metadata?.name)).toEqual([name]);
});
