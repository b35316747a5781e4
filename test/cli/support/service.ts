import { join } from 'node:path';
import { openApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/config.ts';

const SETTINGS = {
  PORT: '0',
  DATA_DIR: ':memory:',
  WARM: 'javascript=1,python=0',
  LOG_LEVEL: 'silent',
  SHUTDOWN_GRACE_MS: '0',
};
/** Python's snapshot takes seconds to make; the one that `npm start` and the command itself use is used here too. */
const RUNNER_DIR = join(import.meta.dirname, '../../../.podline');

/** The whole service in this process, on a free port, with records in memory. */
export async function openService(settings: { readonly [name: string]: string } = {}) {
  const app = await openApp(readConfig({ ...SETTINGS, ...settings }), { runnerDir: RUNNER_DIR });
  return {
    url: app.url,
    executions: app.executions,
    [Symbol.asyncDispose]: () => app.close(),
  };
}
export type TestService = Awaited<ReturnType<typeof openService>>;
