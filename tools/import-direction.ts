import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/**
 * What each part of `src/` may import beside itself. Parts are the first name below `src/`, without its extension, and
 * `languages`: the table in `src/runner/languages`, which is data for all.
 */
const MAY_IMPORT: { readonly [part: string]: readonly string[] } = {
  start: ['main', 'node-version'],
  prepare: ['runner'],
  main: ['app', 'config', 'config-error', 'messages'],
  app: ['server', 'executions', 'db', 'runner', 'config', 'config-error', 'bounds', 'async'],
  cli: [
    'app',
    'executions',
    'db',
    'config',
    'config-error',
    'bounds',
    'async',
    'nearest-name',
    'node-version',
    'languages',
  ],
  config: ['executions', 'config-error', 'bounds', 'nearest-name', 'languages'],
  server: ['schema', 'executions', 'config', 'bounds', 'async', 'memo', 'nearest-name'],
  console: ['bounds'],
  schema: ['executions', 'bounds', 'async', 'languages'],
  db: ['executions', 'config-error', 'bounds', 'async'],
  runner: ['languages', 'executions', 'config-error', 'bounds', 'async'],
  languages: ['executions', 'bounds', 'config-error', 'nearest-name'],
  executions: ['bounds', 'async', 'nearest-name'],
  bounds: [],
  'config-error': [],
  async: [],
  memo: [],
  messages: [],
  'nearest-name': [],
  'node-version': [],
};

/** These see of the domain its interfaces and types, and the values in the files below. */
const ADAPTERS = ['server', 'schema', 'db', 'runner', 'config'];
const DOMAIN_VALUES = [
  'errors',
  'execution',
  'files/glob',
  'files/media-type',
  'id',
  'output/chunk',
  'retry',
  'session-host',
  'sessions/session',
  'urls',
].map((name) => `executions/${name}.ts`);

/** One import, `from` and `to` relative to `src/`. */
interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
  /** Whether it is made when it is called, `import()`, and not when the file is loaded. */
  readonly isLazy: boolean;
}

/** A sentence for each import that goes against the direction; `root` is the folder that stands for `src/`. */
export function findForbidden(root: string): string[] {
  return filesIn(root)
    .flatMap((file) => importsOf(root, file))
    .flatMap((one) => objectionTo(one) ?? []);
}

/**
 * A sentence for each circle of imports, types counted too: whoever wants to understand one of its files has to read them all.
 * What is imported only when it is called makes none. `root` is the folder that stands for `src/`.
 */
export function findCircles(root: string): string[] {
  const files = filesIn(root);
  const targets = new Map(
    files.map((file) => {
      const eager = importsOf(root, file).filter(({ isLazy }) => !isLazy);
      return [file, [...new Set(eager.map(({ to }) => to))].sort()];
    }),
  );
  const circles: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  function visit(file: string): void {
    const at = path.indexOf(file);
    if (at >= 0) circles.push(`${[...path.slice(at), file].join(' imports ')}: a circle.`);
    if (at >= 0 || done.has(file)) return;
    path.push(file);
    for (const target of targets.get(file) ?? []) visit(target);
    path.pop();
    done.add(file);
  }
  for (const file of files) visit(file);
  return circles;
}

/** Sorted, with slashes. */
function filesIn(root: string): string[] {
  return globSync('**/*.{ts,tsx,js}', { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .sort();
}

function importsOf(root: string, file: string): Import[] {
  const source = readFileSync(join(root, file), 'utf8');
  const statements = source.matchAll(/^(?:import|export)\s+(type\s)?(?:[^;'"]*?\sfrom\s+)?'(\.[^']*)'/gm);
  const calls = source.matchAll(/\bimport\(()\s*'(\.[^']*)'/g);
  const asImport = ([, type, specifier = '']: RegExpExecArray, isLazy: boolean): Import => ({
    from: file,
    to: posix.join(posix.dirname(file), specifier),
    typeOnly: Boolean(type),
    isLazy,
  });
  return [
    ...[...statements].map((one) => asImport(one, false)),
    ...[...calls].map((one) => asImport(one, true)),
  ];
}

function objectionTo({ from, to, typeOnly }: Import): string | null {
  const [own, other] = [partOf(from), partOf(to)];
  if (own === other || other === '..') return null;
  if (!MAY_IMPORT[own]?.includes(other)) return `${from} imports ${to}: ${own} may not import ${other}.`;
  const isDomainValue = other === 'executions' && ADAPTERS.includes(own) && !typeOnly;
  if (!isDomainValue || DOMAIN_VALUES.includes(to)) return null;
  return `${from} imports ${to}: ${own} may import only types of the domain, and values of ${DOMAIN_VALUES.join(', ')}.`;
}

function partOf(path: string): string {
  if (path.startsWith('runner/languages/')) return 'languages';
  return (path.split('/')[0] ?? '').replace(/\.(ts|tsx|js)$/, '');
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '../src');
  const forbidden = findForbidden(root);
  const circles = findCircles(root);
  for (const sentence of [...forbidden, ...circles]) console.error(sentence);
  if (forbidden.length > 0)
    console.error('What may import what is a table in tools/import-direction.ts; ARCHITECTURE.md says why.');
  if (forbidden.length + circles.length > 0) process.exitCode = 1;
}
