import { type Schema, typingsOf } from './typings.ts';

const INDEX = /\[(?:[^[\]]|\[[^\]]*\])*\]/g;
const RESOURCE = new RegExp(
  `\\b(data\\.)?((?:aws|kubernetes)_\\w+)\\.(\\w+)((?:${INDEX.source}|\\.\\w+)*)`,
  'g',
);

/**
 * Follows every `aws_….name.attribute` in expressions, also into nested attributes.
 * What goes through a variable of a loop (`each.value.id`) is not followed.
 * @param declared addresses that the configuration declares: `aws_vpc.podline`, `data.aws_region.current`
 * @returns a sentence for each reference to what is not declared or has no such attribute, and how many were looked at
 */
export async function checkReferences(
  text: string,
  declared: ReadonlySet<string>,
): Promise<{ problems: string[]; looked: number }> {
  const problems: string[] = [];
  let looked = 0;
  for (const [reference, data = '', type = '', name, rest = ''] of text.matchAll(RESOURCE)) {
    looked += 1;
    const address = `${data}${type}.${name}`;
    if (!declared.has(address)) {
      problems.push(`${reference}: expected a declared resource, got ${address}.`);
      continue;
    }
    const typings = await typingsOf(`${data}${type}`);
    let schema: Schema | undefined = typings?.root;
    for (const [, attribute = ''] of rest.replace(INDEX, '').matchAll(/\.(\w+)/g)) {
      if (!schema) break;
      const known: string | undefined = schema.exported.get(attribute) ?? schema.fields.get(attribute)?.type;
      if (!known) {
        problems.push(`${reference}: ${address} has no ${attribute}.`);
        break;
      }
      schema = typings?.nested(known);
    }
  }
  return { problems, looked };
}

/**
 * Compares the variables and local values that expressions use with those that are declared.
 * @returns a sentence for each that is used and not declared, or declared and not used
 */
export function checkNames(
  text: string,
  prefix: 'var' | 'local',
  declared: ReadonlySet<string>,
): readonly string[] {
  const used = new Set(
    [...text.matchAll(new RegExp(`\\b${prefix}\\.(\\w+)`, 'g'))].map(([, name = '']) => name),
  );
  return [
    ...[...used]
      .filter((name) => !declared.has(name))
      .map((name) => `${prefix}.${name} is used and not declared.`),
    ...[...declared]
      .filter((name) => !used.has(name))
      .map((name) => `${prefix}.${name} is declared and not used.`),
  ];
}
