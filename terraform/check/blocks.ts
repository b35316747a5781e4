import type { Field, Schema, Typings } from './typings.ts';

/** A value of a parsed configuration: a literal, an expression as `${…}`, a list, or a map. A block is a list of maps. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };

/** A map of a configuration. */
export type Body = { readonly [name: string]: Value };

const META = new Set([
  'count',
  'for_each',
  'depends_on',
  'provider',
  'lifecycle',
  'connection',
  'provisioner',
]);

/**
 * Compares a resource or data source with its provider's typings.
 * @returns a sentence for each argument that does not exist, is missing or has the wrong form, and how many were looked at
 */
export function checkBlock(
  where: string,
  body: Body,
  typings: Typings,
): { problems: string[]; looked: number } {
  const problems: string[] = [];
  let looked = 0;

  function check(path: string, body: Body, schema: Schema, outer: boolean): void {
    const given = outer
      ? new Map(Object.entries(body).filter(([name]) => !META.has(name)))
      : new Map(Object.entries(body));
    for (const [name, content] of dynamicBlocks(given.get('dynamic'))) {
      const written = given.get(name);
      given.set(name, [...(isBlocks(written) ? written : []), ...content]);
    }
    given.delete('dynamic');
    for (const [name, value] of given) {
      looked += 1;
      const field = schema.fields.get(name);
      if (!field) {
        problems.push(`${path}: expected one of ${[...schema.fields.keys()].join(', ')}, got ${name}.`);
        continue;
      }
      const form = wrongForm(field, value);
      if (form) problems.push(`${path}.${name}: ${form}`);
      const inner = typings.nested(field.type);
      if (!inner || !isBlocks(value)) continue;
      for (const element of value) check(`${path}.${name}`, element, inner, false);
    }
    for (const [name, field] of schema.fields) {
      if (field.required && !given.has(name)) problems.push(`${path}: expected ${name}, got nothing.`);
    }
  }

  check(where, body, typings.root, true);
  return { problems, looked };
}

function dynamicBlocks(dynamic: Value | undefined): [string, readonly Body[]][] {
  if (!isBody(dynamic)) return [];
  return Object.entries(dynamic).map(([name, blocks]) => [
    name,
    isBlocks(blocks) ? blocks.flatMap((block) => (isBlocks(block['content']) ? block['content'] : [])) : [],
  ]);
}

function wrongForm(field: Field, value: Value): string | undefined {
  if (field.block) return isBlocks(value) ? undefined : 'expected a block, got an argument.';
  if (typeof value === 'string' && value.startsWith('${')) return undefined;
  const list = field.type.includes('[]');
  const type = field.type.replace(/\s+/g, ' ');
  if (list && !Array.isArray(value)) return `expected ${type}, got ${JSON.stringify(value)}.`;
  if (!list && Array.isArray(value)) return `expected ${type}, got a list or a block.`;
  if (/^(string|number|boolean)\b/.test(field.type) && isBody(value)) return `expected ${type}, got a map.`;
  return undefined;
}

function isBody(value: Value | undefined): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isBlocks(value: Value | undefined): value is readonly Body[] {
  return Array.isArray(value) && value.every(isBody);
}
