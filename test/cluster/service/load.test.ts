import { afterAll, beforeAll, expect, test } from 'vitest';
import { submit } from '../../service/support/executions.ts';
import { TestNamespace } from '../support/namespace.ts';
import { nothingLeft } from './support/remains.ts';
import { type ClusterServer, startClusterServer } from './support/server.ts';
import { Viewer } from './support/viewer.ts';

const COUNT = 200;
const LINES = 40;
const CALLERS = ['ada', 'grace', 'edsger'] as const;
const LIMIT_MS = 300_000;

/** Each prints numbered lines that name the run, some at once, some apart. */
const PROGRAMS = {
  python: (run: number) => `
import time
for line in range(1, ${LINES} + 1):
    print("run ${run} line", line, flush=line % 3 == 0)
    if line % 10 == 0: time.sleep(0.02)
`,
  javascript: (run: number) => `
    for (let line = 1; line <= ${LINES}; line++) {
      console.log('run ${run} line ' + line);
      if (line % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  `,
  typescript: (run: number) => `
    const line = (number: number): string => 'run ${run} line ' + number;
    for (let number = 1; number <= ${LINES}; number++) console.log(line(number));
  `,
} as const;
const LANGUAGES = ['python', 'javascript', 'python', 'typescript'] as const;

const textOf = (run: number): string =>
  Array.from({ length: LINES }, (_, index) => `run ${run} line ${index + 1}\n`).join('');

let namespace: TestNamespace;
let server: ClusterServer;
beforeAll(async () => {
  namespace = await TestNamespace.create('load');
  server = await startClusterServer(namespace, {
    API_KEYS: CALLERS.map((name) => `${name}=key-of-${name}`).join(','),
    WARM: '2',
    MAX_RUNNING: '12',
  });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await namespace?.[Symbol.asyncDispose]();
});

test('two hundred at once from three callers: every line of every one, and nothing left', {
  timeout: LIMIT_MS,
}, async () => {
  const runs = Array.from({ length: COUNT }, (_, run) => {
    const language = LANGUAGES[run % LANGUAGES.length] ?? 'python';
    const headers = { authorization: `Bearer key-of-${CALLERS[run % CALLERS.length]}` };
    return { run, headers, input: { code: PROGRAMS[language](run), language } };
  });
  const watched = await Promise.all(
    runs.map(async ({ run, headers, input }) => {
      const id = await submit(server.url, input, headers);
      return { run, viewer: new Viewer(server.url, id, headers, LIMIT_MS) };
    }),
  );
  const ended = await Promise.all(
    watched.map(async ({ run, viewer }) => ({ run, execution: await viewer.end() })),
  );
  for (const { run, execution } of ended) {
    expect(execution).toMatchObject({ status: 'SUCCEEDED', endReason: 'EXITED', exitCode: 0 });
    expect(execution.output).toBe(textOf(run));
  }
  expect(new Set(ended.map(({ execution }) => execution.runner?.pod)).size).toBe(COUNT);
  server.process.kill('SIGTERM');
  expect(await server.process.ended).toEqual({ code: 0, signal: null });
  await nothingLeft(namespace);
});
