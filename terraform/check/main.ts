/** Checks ../bootstrap, ../eks and their modules against the typings of their providers. See ../README.md. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from '@cdktf/hcl2json';
import { type Body, checkBlock, type Value } from './blocks.ts';
import { checkModules } from './modules.ts';
import { checkNames, checkReferences } from './references.ts';
import { typingsOf } from './typings.ts';

/** A file as hcl2json gives it: kind of block, then labels, then the blocks with those labels. */
type Labelled = Record<string, Record<string, readonly Body[]>>;

interface File {
  readonly resource?: Labelled;
  readonly data?: Labelled;
  readonly variable?: Record<string, readonly Body[]>;
  readonly locals?: readonly Body[];
  readonly output?: Record<string, readonly Body[]>;
  readonly module?: Record<string, readonly Body[]>;
  /** Names addresses that are no more. */
  readonly moved?: readonly Body[];
}

let failed = false;
for (const root of ['bootstrap', 'eks', 'modules/key']) {
  const { problems, summary } = await check(root);
  for (const problem of problems) console.error(`${root}: ${problem}`);
  console.log(`${root}: ${summary}, ${problems.length} problems`);
  failed ||= problems.length > 0;
}
process.exitCode = failed ? 1 : 0;

async function check(root: string): Promise<{ problems: readonly string[]; summary: string }> {
  const files = await load(root);
  const blocks = files.flatMap((file) => [
    ...labelled(file.resource).map(([type, name, body]) => ({ type, address: `${type}.${name}`, body })),
    ...labelled(file.data).map(([type, name, body]) => ({
      type: `data.${type}`,
      address: `data.${type}.${name}`,
      body,
    })),
  ]);
  const problems: string[] = [];
  let looked = 0;
  for (const { type, address, body } of blocks) {
    const typings = await typingsOf(type);
    if (!typings) {
      problems.push(`${address}: the provider has no ${type}.`);
      continue;
    }
    const result = checkBlock(address, body, typings);
    problems.push(...result.problems);
    looked += result.looked;
  }
  const text = JSON.stringify(files.map(({ moved: _, ...rest }) => expressions(rest)));
  const references = await checkReferences(text, new Set(blocks.map(({ address }) => address)));
  problems.push(...references.problems);
  const modules = Object.fromEntries(files.flatMap((file) => Object.entries(file.module ?? {})));
  problems.push(
    ...(await checkModules(modules, text, async (source) => {
      const its = await load(join(root, source));
      const merged = <K extends 'variable' | 'output'>(kind: K): NonNullable<File[K]> =>
        Object.assign({}, ...its.map((file) => file[kind]));
      return { variables: merged('variable'), outputs: Object.keys(merged('output')) };
    })),
  );
  const variables = new Set(files.flatMap((file) => Object.keys(file.variable ?? {})));
  const locals = new Set(files.flatMap((file) => (file.locals ?? []).flatMap((body) => Object.keys(body))));
  // A variable that only its own validation names is not used.
  const outside = JSON.stringify(files.map(({ variable: _, ...rest }) => expressions(rest)));
  problems.push(...checkNames(outside, 'var', variables), ...checkNames(outside, 'local', locals));
  const summary = `${blocks.length} resources and data sources, ${looked} arguments, ${references.looked} references, ${variables.size} variables`;
  return { problems, summary };
}

async function load(root: string): Promise<readonly File[]> {
  const folder = new URL(`../${root}/`, import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.tf'));
  if (names.length === 0) throw new Error(`Expected .tf files in ${fileURLToPath(folder)}, got none.`);
  return Promise.all(
    names.map(async (name) => (await parse(name, await readFile(new URL(name, folder), 'utf8'))) as File),
  );
}

function labelled(kind: Labelled | undefined): readonly [string, string, Body][] {
  return Object.entries(kind ?? {}).flatMap(([type, named]) =>
    Object.entries(named).flatMap(([name, bodies]) =>
      bodies.map((body): [string, string, Body] => [type, name, body]),
    ),
  );
}

/** All expressions and literals of a file, with hcl2json's quotes in indices put back. */
function expressions(file: File): readonly string[] {
  const found: string[] = [];
  (function walk(value: Value): void {
    if (typeof value === 'string') found.push(value);
    else if (Array.isArray(value)) for (const element of value) walk(element);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, element] of Object.entries(value)) {
        found.push(name);
        walk(element);
      }
    }
  })(file as Value);
  return found;
}
