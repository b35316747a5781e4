import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadYaml } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { ROOT } from './support/blocks.ts';

interface Compose {
  readonly services: {
    readonly podline: {
      readonly environment: { readonly MAX_RUNNING: string };
      readonly cpu_period: number;
      readonly cpu_quota: number;
      readonly mem_limit: string;
      readonly cpus?: number;
    };
  };
}

test('compose.yaml lets no more programs run than its processors and its memory are for', () => {
  const text = readFileSync(join(ROOT, 'compose.yaml'), 'utf8');
  const { podline } = loadYaml<Compose>(text).services;
  const maxRunning = Number(/:-(\d+)\}$/.exec(podline.environment.MAX_RUNNING)?.[1]);
  const processors = podline.cpu_quota / podline.cpu_period;
  const gigabytes = Number(/^(\d+)g$/.exec(podline.mem_limit)?.[1]);
  expect(processors).toBeGreaterThanOrEqual(1);
  expect(maxRunning).toBe(2 * processors);
  // Programs at the default limit, the ready sandboxes, the server (docs/operations.md).
  expect(maxRunning * 256 + 2 * 130 + 2 * 50 + 384).toBeLessThan(gigabytes * 1024);
  // Docker refuses more `cpus` than the machine has.
  expect(podline.cpus).toBeUndefined();
});
