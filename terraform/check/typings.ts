import { readFile } from 'node:fs/promises';

/** What a resource, a data source or a block in one may hold, by the name it has in Terraform. */
export interface Schema {
  readonly fields: ReadonlyMap<string, Field>;
  /** Attributes that can be read from it, beside its fields. */
  readonly exported: ReadonlyMap<string, string>;
}

/** One argument or block. */
export interface Field {
  readonly required: boolean;
  readonly block: boolean;
  /** The field's type in the typings, for example `string[]`. */
  readonly type: string;
}

/** The typings of one resource or data source. */
export interface Typings {
  /** The resource itself. */
  readonly root: Schema;
  /** The block or the attribute's element of that type, undefined for scalars, maps and lists of scalars. */
  nested(type: string): Schema | undefined;
}

const PACKAGES = new Map([
  ['aws', '@cdktf/provider-aws'],
  ['kubernetes', '@cdktf/provider-kubernetes'],
]);

const cache = new Map<string, Promise<Typings | undefined>>();

/**
 * Reads what the provider says of a resource (`aws_vpc`) or a data source (`data.aws_region`).
 * @returns undefined when the provider has no such thing
 * @throws Error when the provider is not one of those whose typings are installed
 */
export function typingsOf(address: string): Promise<Typings | undefined> {
  let typings = cache.get(address);
  if (!typings) {
    typings = read(address);
    cache.set(address, typings);
  }
  return typings;
}

async function read(address: string): Promise<Typings | undefined> {
  const data = address.startsWith('data.');
  const type = data ? address.slice('data.'.length) : address;
  const provider = type.slice(0, type.indexOf('_'));
  const name = PACKAGES.get(provider);
  if (!name) throw new Error(`Expected a resource of ${[...PACKAGES.keys()].join(' or ')}, got ${address}.`);
  const folder = (data ? `data_${type}` : type.slice(provider.length + 1)).replaceAll('_', '-');
  const file = new URL(`node_modules/${name}/lib/${folder}/index.d.ts`, import.meta.url);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : parse(text);
}

function parse(text: string): Typings {
  const interfaces = new Map<string, ReadonlyMap<string, Field>>();
  for (const [, name, body] of text.matchAll(/export interface (\w+)[^{]*\{([\s\S]*?)\n\}\n/g)) {
    if (name && body !== undefined) interfaces.set(name, fieldsOf(body));
  }
  const classes = new Map<string, ReadonlyMap<string, string>>();
  let root: string | undefined;
  for (const [, name, parent, body] of text.matchAll(
    /export declare class (\w+) extends (cdktf\.\w+) \{\n([\s\S]*?)\n\}/g,
  )) {
    if (!name || body === undefined) continue;
    classes.set(name, exportedBy(body));
    if (parent === 'cdktf.TerraformResource' || parent === 'cdktf.TerraformDataSource') root = name;
  }
  const schema = (fields: string, exported: string): Schema => ({
    fields: interfaces.get(fields) ?? new Map(),
    exported: classes.get(exported) ?? new Map(),
  });
  if (!root) throw new Error('Expected typings with a resource or a data source, got none.');
  return {
    root: schema(`${root}Config`, root),
    nested(type) {
      const name = type
        .replace(/\[\]| \| cdktf\.IResolvable/g, '')
        .replace(/(OutputReference|List|Map)$/, '');
      return interfaces.has(name) || classes.has(`${name}OutputReference`)
        ? schema(name, `${name}OutputReference`)
        : undefined;
    },
  };
}

function fieldsOf(body: string): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>();
  for (const [, comment, optional, type] of body.matchAll(
    /\/\*\*([\s\S]*?)\*\/\s*readonly \w+(\?)?: ((?:\{[\s\S]*?\}[^;]*|[^;{])+);/g,
  )) {
    const name = comment?.match(/\{@link \S+#\S+ \w+#(\w+)\}/)?.[1];
    if (!name || !type) throw new Error(`Expected a field that names its argument, got: ${comment}`);
    fields.set(name, { required: !optional, block: / \w+ block\n/.test(comment ?? ''), type });
  }
  return fields;
}

function exportedBy(body: string): ReadonlyMap<string, string> {
  const exported = new Map<string, string>();
  for (const [, name, type] of body.matchAll(/^ {4}get (\w+)\(\): ([^;]+);/gm)) {
    if (name && type) exported.set(snake(name), type);
  }
  return exported;
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
