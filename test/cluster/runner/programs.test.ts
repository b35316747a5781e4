import { afterAll, beforeAll } from 'vitest';
import type { Runner } from '../../../src/executions/runner.ts';
import { describePrograms } from '../../native/check.ts';
import { TestNamespace } from '../support/namespace.ts';
import { openRunner, removingAfterwards } from '../support/runner.ts';

let namespace: TestNamespace;
let opened: Runner;
let runner: Runner;

beforeAll(async () => {
  namespace = await TestNamespace.create('programs');
  opened = await openRunner(namespace, { warm: { python: 2, javascript: 2 } });
  runner = removingAfterwards(opened);
});
afterAll(async () => {
  await opened?.[Symbol.asyncDispose]();
  await namespace?.[Symbol.asyncDispose]();
});

describePrograms('kubernetes', () => runner, {});
