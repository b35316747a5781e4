import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findCircles, findForbidden } from '../../tools/import-direction.ts';

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'imports-'));
});

afterAll(() => rm(root, { recursive: true, force: true }));

async function write(files: { readonly [path: string]: string }): Promise<void> {
  await rm(root, { recursive: true, force: true });
  for (const [file, source] of Object.entries(files)) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), source);
  }
}

/** What is said of one file alone. */
async function judge(file: string, source: string): Promise<string[]> {
  await write({ [file]: source });
  return findForbidden(root);
}

test('src has no import that goes against the direction', () => {
  expect(findForbidden(join(import.meta.dirname, '../../src'))).toEqual([]);
});

test.each([
  ['the domain from an adapter', 'executions/a.ts', "import type { B } from '../db/b.ts';"],
  ['one adapter from another', 'db/a.ts', "import { b } from '../runner/b.ts';"],
  ['whoever wires from a part', 'server/http/a.ts', "import { openApp } from '../../app.ts';"],
  ['anything but its own from src/async', 'async/a.ts', "import { A } from '../executions/errors.ts';"],
  ['over several lines', 'executions/a.ts', "import {\n  type A,\n  b,\n} from '../server/b.ts';"],
  ['by handing on', 'executions/a.ts', "export * from '../server/b.ts';"],
  ['for its effects', 'executions/a.ts', "import '../server/b.ts';"],
  ['when it is called', 'executions/a.ts', "const load = () => import('../server/b.ts');"],
  ['what only the domain uses', 'db/sqlite/a.ts', "import { b } from '../../executions/poll-loop.ts';"],
  ['a part nobody has named', 'util/a.ts', "import { A } from '../executions/errors.ts';"],
])('refuses to import %s', async (_what, file, source) => {
  const forbidden = await judge(file, source);
  expect(forbidden).toHaveLength(1);
  expect(forbidden[0]).toContain(`${file} imports `);
});

test.each([
  ['types of the domain', 'db/a.ts', "import type { Store } from '../executions/store.ts';"],
  ["the domain's errors", 'runner/a.ts', "import { A } from '../executions/errors.ts';"],
  ['what is its own', 'db/sqlite/a.ts', "import { b } from '../id-time.ts';\nimport { c } from './c.ts';"],
  ['packages', 'executions/a.ts', "import { v7 } from 'uuid';\nimport { sep } from 'node:path';"],
])('lets import %s', async (_what, file, source) => {
  expect(await judge(file, source)).toEqual([]);
});

test('src has no circle of imports', () => {
  expect(findCircles(join(import.meta.dirname, '../../src'))).toEqual([]);
});

test('names a circle by its files, also one of types', async () => {
  await write({
    'a.ts': "import { b } from './b/b.ts';",
    'b/b.ts': "export { c } from '../c.ts';\nimport { z } from '../z.ts';",
    'c.ts': "import type { A } from './a.ts';",
    'z.ts': "import { readFile } from 'node:fs';",
  });
  expect(findCircles(root)).toEqual(['a.ts imports b/b.ts imports c.ts imports a.ts: a circle.']);
});

test('names a circle beside what leads to it', async () => {
  await write({
    'a.ts': "import './b.ts';",
    'b.ts': "import './c.ts';",
    'c.ts': "import './b.ts';",
  });
  expect(findCircles(root)).toEqual(['b.ts imports c.ts imports b.ts: a circle.']);
});

test.each([
  [
    'two ways to one file',
    { 'a.ts': "import './b.ts';\nimport './c.ts';", 'b.ts': "import './c.ts';", 'c.ts': '' },
  ],
  [
    'a module that is loaded when it is called',
    { 'a.ts': "const b = () => import('./b.ts');", 'b.ts': "import './a.ts';" },
  ],
])('finds no circle in %s', async (_what, files) => {
  await write(files);
  expect(findCircles(root)).toEqual([]);
});
