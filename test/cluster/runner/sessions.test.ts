import { afterAll, beforeAll } from 'vitest';
import { describeSessionHost } from '../../contract/session-host.ts';
import { TestNamespace } from '../support/namespace.ts';
import { LIMITS, openRunner, warmedUp } from '../support/runner.ts';

let namespace: TestNamespace;
beforeAll(async () => {
  namespace = await TestNamespace.create('sessions');
});
afterAll(() => namespace[Symbol.asyncDispose]());

describeSessionHost('kubernetes', async () => {
  const defaultLimits = { ...LIMITS, outputBytes: 10_000_000 };
  const runner = await openRunner(namespace, { warm: { python: 2, javascript: 1 }, defaultLimits });
  await warmedUp(runner);
  return runner;
});
