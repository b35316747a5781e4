import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../../../config-error.ts';
import { checkMounts, checkTemplate } from './check-template.ts';
import type { PodTemplate } from './template.ts';

/** Bytes of all files together: what a Kubernetes object may have. */
const BYTES = 1024 * 1024;
/** The files of a folder that count. A mounted ConfigMap has others, whose names begin with a dot. */
const TEMPLATE_NAME = /^[^.].*\.(ya?ml|json)$/;

/** A file's text, and what a problem in it begins with. */
interface Source {
  readonly where: string;
  readonly text: string;
}

/**
 * Reads what POD_TEMPLATE_FILE names: a file, or a folder whose `.yaml`, `.yml` and `.json` files are joined in the order of
 * their names. Each is YAML or JSON: `{metadata, spec}`, a Pod or a PodTemplate.
 * @throws ConfigError with a sentence for everything that cannot be read, does not parse, or may not stand in a template
 */
export async function readPodTemplate(path: string): Promise<PodTemplate> {
  const templates: PodTemplate[] = [];
  const problems: string[] = [];
  for (const { where, text } of await readSources(path)) {
    try {
      templates.push(checkTemplate(await parse(where, text), where));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  const template = joinTemplates(templates);
  checkMounts(template);
  return template;
}

async function readSources(path: string): Promise<Source[]> {
  try {
    if (!(await stat(path)).isDirectory()) return bounded([await readSource(path, 'POD_TEMPLATE_FILE')]);
    const names = (await readdir(path)).filter((name) => TEMPLATE_NAME.test(name)).sort();
    if (names.length === 0) {
      throw new ConfigError(
        `POD_TEMPLATE_FILE: expected a folder with .yaml, .yml or .json files, got none in ${JSON.stringify(path)}`,
      );
    }
    return bounded(
      await Promise.all(names.map((name) => readSource(join(path, name), `POD_TEMPLATE_FILE ${name}`))),
    );
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError(
      `POD_TEMPLATE_FILE: expected a file or a folder that can be read, got ${JSON.stringify(path)}`,
      { cause },
    );
  }
}

async function readSource(file: string, where: string): Promise<Source> {
  return { where, text: await readFile(file, 'utf8') };
}

function bounded(sources: Source[]): Source[] {
  const bytes = sources.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  if (bytes <= BYTES) return sources;
  throw new ConfigError(`POD_TEMPLATE_FILE: expected at most ${BYTES} bytes, got ${bytes}`);
}

async function parse(where: string, text: string): Promise<unknown> {
  const { LineCounter, parseDocument } = await import('yaml');
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, merge: true, prettyErrors: false });
  const [error] = document.errors;
  try {
    if (error) throw error;
    return document.toJS();
  } catch (cause) {
    const at = error ? `line ${lineCounter.linePos(error.pos[0]).line}, ` : '';
    throw new ConfigError(
      `${where}: expected YAML or JSON with one document, got what does not parse` +
        (cause instanceof Error ? ` (${at}${cause.message})` : ''),
      { cause },
    );
  }
}

/**
 * One template of several, each after what it adds to. Names with values are joined, a later value replacing an earlier
 * one; lists are joined too, and an item replaces the one that Kubernetes takes for the same; of anything else the later counts.
 */
function joinTemplates(templates: readonly PodTemplate[]): PodTemplate {
  return templates.reduce(joinTwo, EMPTY);
}

const EMPTY: PodTemplate = {
  labels: {},
  annotations: {},
  spec: {},
  volumes: [],
  volumeMounts: [],
  resources: { limits: {}, requests: {} },
};

/** What tells the items of a list apart; items of the others are the same when they are alike in all. */
const KEYS: { readonly [list: string]: string } = {
  hostAliases: 'ip',
  imagePullSecrets: 'name',
  volumeMounts: 'mountPath',
  volumes: 'name',
};

function joinTwo(earlier: PodTemplate, later: PodTemplate): PodTemplate {
  return {
    labels: { ...earlier.labels, ...later.labels },
    annotations: { ...earlier.annotations, ...later.annotations },
    spec: joinFields(earlier.spec, later.spec),
    volumes: joinLists('volumes', earlier.volumes, later.volumes),
    volumeMounts: joinLists('volumeMounts', earlier.volumeMounts, later.volumeMounts),
    resources: {
      limits: { ...earlier.resources.limits, ...later.resources.limits },
      requests: { ...earlier.resources.requests, ...later.resources.requests },
    },
  };
}

function joinFields<T extends object>(earlier: T, later: T): T {
  const joined = Object.entries(later).map(([name, value]) => {
    const before = Reflect.get(earlier, name);
    if (Array.isArray(value) && Array.isArray(before)) return [name, joinLists(name, before, value)];
    return [name, isObject(value) && isObject(before) ? { ...before, ...value } : value];
  });
  return { ...earlier, ...Object.fromEntries(joined) };
}

function joinLists<T extends object>(name: string, earlier: readonly T[], later: readonly T[]): T[] {
  const key = KEYS[name];
  const keyOf = (item: T): string => JSON.stringify(key === undefined ? item : Reflect.get(item, key));
  return [...new Map([...earlier, ...later].map((item) => [keyOf(item), item])).values()];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
