import { afterAll, beforeAll } from 'vitest';
import { describeRunner } from '../../contract/runner.ts';
import { TestNamespace } from '../support/namespace.ts';
import { openRunner, removingAfterwards, warmedUp } from '../support/runner.ts';

let namespace: TestNamespace;
beforeAll(async () => {
  namespace = await TestNamespace.create('contract');
});
afterAll(() => namespace[Symbol.asyncDispose]());

/** The first serves all tests but those of closing, which need nothing that is ready. */
let isFirst = true;

describeRunner('kubernetes', async () => {
  const runner = await openRunner(namespace, { warm: isFirst ? { python: 2, javascript: 2 } : {} });
  // The versions it tells are the interpreters' own once they have told them.
  if (isFirst) await warmedUp(runner);
  isFirst = false;
  return removingAfterwards(runner);
});
