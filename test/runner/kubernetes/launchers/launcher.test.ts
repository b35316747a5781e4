import type { V1ConfigMap } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { LauncherMaps, launcherConfigMap } from '../../../../src/runner/kubernetes/launchers/launcher.ts';

/** A cluster in which a ConfigMap can be made only `from` an attempt on. */
function clusterThat(from = 1) {
  const asked: (string | undefined)[] = [];
  const createConfigMap = async ({ metadata }: V1ConfigMap): Promise<void> => {
    asked.push(metadata?.name);
    if (asked.length < from) throw new Error('It cannot be made.');
  };
  return { asked, createConfigMap };
}

test('each launcher has its own, made once, however many need it at once', async () => {
  const cluster = clusterThat();
  const maps = new LauncherMaps(cluster);
  await Promise.all([maps.ensure('python'), maps.ensure('python'), maps.ensure('javascript')]);
  await maps.ensure('python');
  expect(cluster.asked).toEqual([launcherConfigMap('python').name, launcherConfigMap('javascript').name]);
});

test('what could not be made is tried again by the next request', async () => {
  const cluster = clusterThat(3);
  const maps = new LauncherMaps(cluster);
  await expect(maps.ensure('python')).rejects.toThrow('It cannot be made.');
  await expect(maps.ensure('python')).rejects.toThrow('It cannot be made.');
  await maps.ensure('python');
  await maps.ensure('python');
  expect(cluster.asked).toHaveLength(3);
});

test('one that was deleted is made again, once for all who miss it', async () => {
  const cluster = clusterThat();
  let now = 0;
  const maps = new LauncherMaps(cluster, () => now);
  await maps.ensure('python');
  now = 10_000;
  await Promise.all([maps.restore('python'), maps.restore('python')]);
  // The event that tells of it stays for an hour.
  now = 19_999;
  await maps.restore('python');
  expect(cluster.asked).toHaveLength(2);
  now = 20_000;
  await maps.restore('python');
  expect(cluster.asked).toHaveLength(3);
});
