import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Runner } from '../../../../src/executions/runner.ts';
import { openEmbeddedRunner } from '../../../../src/runner/embedded/open.ts';
import { ObservedRun } from '../../../contract/runner/run.ts';
import { LIMITS, MAXIMUM_LIMITS, silentLogger } from '../limits.ts';
import { processesOf } from '../processes.ts';

/**
 * A library that is loaded runs as native code, with every right of the server's user. The graphics drivers' loaders
 * take names of libraries from variables and from HOME, which are the program's.
 */
const ASKING = `
const set = (name, value) => { try { Deno.env.set(name, value); } catch {} };
set('DENO_WEBGPU_BACKEND', 'vulkan,gl');
for (const name of ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', '__EGL_VENDOR_LIBRARY_FILENAMES']) set(name, Deno.cwd() + '/driver.json');
const source = 'navigator.gpu.requestAdapter().then(() => postMessage(""), () => postMessage(""))';
const worker = new Worker('data:text/javascript,' + source, { type: 'module' });
await Promise.all([new Promise((resolve) => { worker.onmessage = resolve; }), navigator.gpu.requestAdapter()]);
`;
const WAITING = `console.log('waiting'); setInterval(() => {}, 1000)`;

let runner: Runner;

beforeAll(async () => {
  runner = await openEmbeddedRunner({
    dataDir: ':memory:',
    warm: {},
    defaultLimits: LIMITS,
    maximumLimits: MAXIMUM_LIMITS,
    logger: silentLogger,
  });
});

afterAll(() => runner[Symbol.asyncDispose]());

it.runIf(process.platform === 'linux')('no library is loaded for a program', async () => {
  const usual = await librariesOf(WAITING);
  expect(usual.length).toBeGreaterThan(0);
  expect(await librariesOf(ASKING + WAITING)).toEqual(usual);
});

/** The shared libraries in the memory of a program that has printed something. */
async function librariesOf(code: string): Promise<string[]> {
  const mark = randomUUID();
  const run = new ObservedRun(runner, 'javascript', `${code} // ${mark}`);
  await run.printed('\n');
  const [pid] = processesOf(mark);
  const maps = readFileSync(`/proc/${pid}/maps`, 'utf8');
  run.stop('CANCELLED');
  await run.endsBy('CANCELLED');
  return [...new Set(maps.match(/\/\S+\.so\b\S*/g))].sort();
}
