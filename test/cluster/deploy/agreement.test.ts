import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { dumpYaml } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { jobManifest } from '../../../src/runner/kubernetes/job/manifest.ts';
import { LAUNCHER_MEMORY_MB } from '../../../src/runner/kubernetes/launchers/launcher.ts';
import { LAUNCHER_NAMES } from '../../../src/runner/languages/language.ts';
import { Metrics } from '../../../src/server/metrics.ts';
import { at, find, render, renderWith, settingsOf } from './support/rendered.ts';

const K8S = resolve(import.meta.dirname, '../../../k8s');

describe('what one place says the others say too', () => {
  const folders = ['base', 'overlays/local', 'overlays/local-sqlite', 'overlays/eks'];

  test.each(folders)(
    'the quota has room for what the service makes during a rolling update: %s',
    async (folder) => {
      const rendered = await render(join(K8S, folder));
      const { maxRunning, warm, sessions } = settingsOf(rendered);
      const deployment = find(rendered, 'Deployment', 'podline');
      // Those that leave serve until the last moment, beside those that replace them.
      const processes = 2 * Number(at(deployment, 'spec', 'replicas'));
      // The native host has further pools, which are no pods.
      const warmPods = processes * LAUNCHER_NAMES.reduce((sum, launcher) => sum + (warm[launcher] ?? 0), 0);
      const pods = (maxRunning ?? Number.NaN) + sessions.maxSessions + warmPods;
      const hard = at(find(rendered, 'ResourceQuota', 'programs'), 'spec', 'hard');
      const { limits, requests } = resourcesOf('javascript', { memoryMb: 256, cpuMillis: 1000 });
      expect(Number(at(hard, 'pods'))).toBeGreaterThanOrEqual(pods + 8);
      expect(mebibytes(at(hard, 'requests.memory'))).toBeGreaterThanOrEqual(
        pods * mebibytes(requests['memory']),
      );
      expect(mebibytes(at(hard, 'limits.ephemeral-storage'))).toBeGreaterThanOrEqual(
        pods * mebibytes(limits['ephemeral-storage']),
      );
      expect(mebibytes(at(hard, 'requests.ephemeral-storage'))).toBeGreaterThanOrEqual(
        pods * mebibytes(requests['ephemeral-storage']),
      );
      expect(thousandths(at(hard, 'requests.cpu'))).toBeGreaterThanOrEqual(pods * 0.05 * 4000);
    },
  );

  test("the namespace's limits are what the greatest program needs", async () => {
    const rendered = await render(join(K8S, 'base'));
    const { maximumLimits } = settingsOf(rendered);
    const max = at(find(rendered, 'LimitRange', 'programs'), 'spec', 'limits', 0, 'max');
    const { limits } = resourcesOf('javascript', maximumLimits);
    expect(LAUNCHER_MEMORY_MB.javascript).toBeGreaterThanOrEqual(LAUNCHER_MEMORY_MB.python);
    expect(mebibytes(at(max, 'memory'))).toBe(mebibytes(limits['memory']));
    expect(thousandths(at(max, 'cpu'))).toBe(thousandths(limits['cpu']));
    expect(mebibytes(at(max, 'ephemeral-storage'))).toBe(mebibytes(limits['ephemeral-storage']));
  });

  test.each(folders)('a pod has the time that a close takes: %s', async (folder) => {
    const rendered = await render(join(K8S, folder));
    const pod = at(find(rendered, 'Deployment', 'podline'), 'spec', 'template', 'spec');
    const preStop = Number(at(pod, 'containers', 0, 'lifecycle', 'preStop', 'sleep', 'seconds'));
    const grace = Number(at(pod, 'terminationGracePeriodSeconds'));
    expect(preStop).toBeGreaterThanOrEqual(5);
    expect(grace).toBeGreaterThanOrEqual(preStop + settingsOf(rendered).shutdownGraceMs / 1000 + 10);
  });

  test('Kueue admits as much as the quota allows', async () => {
    const rendered = await render(join(K8S, 'overlays/kueue'));
    const hard = at(find(rendered, 'ResourceQuota', 'programs'), 'spec', 'hard');
    const group = at(find(rendered, 'ClusterQueue', 'podline-programs'), 'spec', 'resourceGroups', 0);
    const resources = at(group, 'flavors', 0, 'resources');
    expect(Array.isArray(resources) && resources).toEqual([
      { name: 'cpu', nominalQuota: at(hard, 'requests.cpu') },
      { name: 'memory', nominalQuota: at(hard, 'requests.memory') },
      { name: 'ephemeral-storage', nominalQuota: at(hard, 'requests.ephemeral-storage') },
      { name: 'pods', nominalQuota: Number(at(hard, 'pods')) },
    ]);
    expect(at(group, 'coveredResources')).toEqual(['cpu', 'memory', 'ephemeral-storage', 'pods']);
  });

  test('alerts and dashboard ask for metrics that the service has', async () => {
    const metrics = new Metrics();
    metrics.watch({ counts: async () => ({ running: 0, queued: 0 }), warm: () => [] });
    const exposed = new Set(
      [...(await metrics.expose()).matchAll(/^# HELP (\S+)/gm)].map(([, name]) => name),
    );
    const rendered = await renderWith('base', ['monitoring']);
    const dashboard = String(at(find(rendered, 'ConfigMap', 'podline-dashboard'), 'data', 'podline.json'));
    expect(at(JSON.parse(dashboard), 'title')).toBe('Podline');
    const rules = dumpYaml(find(rendered, 'PrometheusRule', 'podline'));
    for (const text of [dashboard, rules]) {
      const asked = [...text.matchAll(/\b(?:podline|nodejs|process)_[a-z0-9_]+/g)].map(([name]) => name);
      expect(asked.length).toBeGreaterThan(10);
      const unknown = asked.filter(
        (name) => !exposed.has(name.replace(/_(bucket|count|sum)$/, '')) && !exposed.has(name),
      );
      expect(unknown).toEqual([]);
    }
  });

  test('the EKS overlay says its host name everywhere', async () => {
    const rendered = await render(join(K8S, 'overlays/eks'));
    expect(rendered.text).not.toMatch(/HOST-NAME|CERTIFICATE-ARN|VPC-CIDR/);
    const { allowedHosts, allowedOrigins } = settingsOf(rendered);
    const ingress = find(rendered, 'Ingress', 'podline');
    const host = String(at(ingress, 'spec', 'rules', 0, 'host'));
    expect(at(ingress, 'spec', 'tls', 0, 'hosts')).toEqual([host]);
    expect(allowedHosts).toContain(host);
    expect(allowedOrigins).toEqual([`https://${host}`]);
  });

  test('the EKS overlay lets in the addresses that terraform gives the VPC', async () => {
    const rendered = await render(join(K8S, 'overlays/eks'));
    const policy = find(rendered, 'NetworkPolicy', 'load-balancers');
    const variables = await readFile(join(K8S, '../terraform/eks/network-variables.tf'), 'utf8');
    const [, cidr] = /variable "vpc_cidr" \{[^}]*default\s*=\s*"([^"]+)"/.exec(variables) ?? [];
    // The client library's name of `from`.
    expect(at(policy, 'spec', 'ingress', 0, '_from', 0, 'ipBlock', 'cidr')).toBe(cidr);
  });
});

function resourcesOf(launcher: 'python' | 'javascript', limits: { memoryMb: number; cpuMillis: number }) {
  const job = jobManifest({
    name: 'program',
    launcher,
    image: 'image',
    limits,
    compileMb: 0,
    deadlineSeconds: 1,
    owner: 'owner',
    user: 1_900_000_000,
    template: null,
  });
  const resources = job.spec?.template.spec?.containers[0]?.resources;
  return { limits: resources?.limits ?? {}, requests: resources?.requests ?? {} };
}

function mebibytes(quantity: unknown): number {
  const [, number, unit] = /^(\d+)(Mi|Gi)$/.exec(String(quantity)) ?? [];
  if (number === undefined) throw new Error(`Expected Mi or Gi, got ${quantity}.`);
  return Number(number) * (unit === 'Gi' ? 1024 : 1);
}

function thousandths(quantity: unknown): number {
  const [, number, unit] = /^(\d+)(m?)$/.exec(String(quantity)) ?? [];
  if (number === undefined) throw new Error(`Expected cores, got ${quantity}.`);
  return Number(number) * (unit === 'm' ? 1 : 1000);
}
