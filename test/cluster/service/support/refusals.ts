import { expect } from 'vitest';
import { type Execution, get, submit } from '../../../service/support/executions.ts';
import type { Settings } from '../../../service/support/settings.ts';
import { until } from '../../../service/support/until.ts';
import type { TestNamespace } from '../../support/namespace.ts';
import { nothingLeftOf } from './remains.ts';
import { type ClusterServer, startClusterServer } from './server.ts';
import { PATIENCE_MS, Viewer } from './viewer.ts';

/** What cannot be placed ends soon. */
export const IMPATIENT = { PULL_LIMIT_MS: '3000', SCHEDULE_LIMIT_MS: '3000' };
/** What cannot be placed waits for longer than any test. */
export const PATIENT = { PULL_LIMIT_MS: '600000', SCHEDULE_LIMIT_MS: '600000' };

const HELLO = { code: 'print("hello")' };

/** A server of one's own: what is refused is a matter of a setting, or of a whole namespace. */
export async function withServer<T>(
  namespace: Pick<TestNamespace, 'name' | 'kubeconfig'>,
  settings: Settings,
  use: (server: ClusterServer) => Promise<T>,
): Promise<T> {
  await using server = await startClusterServer(namespace, settings);
  return await use(server);
}

/** Submits a program that prints `hello`, and waits until it says why it does not run; resolves to the id. */
export async function waits(url: string, why: RegExp): Promise<string> {
  const id = await submit(url, HELLO);
  await until(
    `it says that it waits for ${why}`,
    () => get(url, id),
    ({ status, message }) => ['QUEUED', 'STARTING'].includes(status) && why.test(message ?? ''),
    PATIENCE_MS,
  );
  return id;
}

/** Expects the one that waited to run after all. */
export async function healed(url: string, id: string): Promise<void> {
  expect(await new Viewer(url, id).end()).toMatchObject({ status: 'SUCCEEDED', output: 'hello\n' });
}

/** Submits one and expects it to end before anything ran. */
export async function givenUp(namespace: TestNamespace, url: string): Promise<Execution> {
  const ended = await new Viewer(url, await submit(url, HELLO)).end();
  expect(ended).toMatchObject({
    status: 'FAILED',
    exitCode: null,
    signal: null,
    output: '',
    startedAt: null,
  });
  await nothingLeftOf(namespace, ended);
  return ended;
}
