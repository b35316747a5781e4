import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const APP = resolve(import.meta.dirname, '../../../src/app.ts');
// As src/start.js has it.
const CACHE = resolve(import.meta.dirname, '../../../node_modules/.cache/podline');
const SCRIPT = `
  import { enableCompileCache, registerHooks } from 'node:module';
  enableCompileCache(process.argv[2]);
  const loaded = [];
  registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
  await import(process.argv[1]);
  console.log(JSON.stringify(loaded));
`;

// Its interfaces are there anyway: prom-client loads them.
const TRACING = /@opentelemetry\/(?!api\/)|\/src\/server\/tracing\/(?!compose)/;

test('without a collector nothing that makes traces is loaded', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '-e',
    SCRIPT,
    APP,
    CACHE,
  ]);
  const loaded: string[] = JSON.parse(stdout);
  expect(loaded).toContainEqual(expect.stringContaining('/src/server/metrics.ts'));
  expect(loaded.filter((url) => TRACING.test(url))).toEqual([]);
});
