/** A part of JSON Schema, as CRDs use it. What is not named is refused. */
export type Schema =
  | { readonly type: 'string'; readonly pattern?: RegExp; readonly oneOf?: readonly string[] }
  | { readonly type: 'quantity' }
  | { readonly type: 'map' }
  | { readonly type: 'list'; readonly of: Schema; readonly least?: number }
  | {
      readonly type: 'object';
      readonly fields: { readonly [name: string]: Schema };
      readonly required?: readonly string[];
    };

/** Where a value is not as its schema says: one line each, with what was expected and got. */
export function faults(value: unknown, schema: Schema, path = ''): string[] {
  const wrong = (expected: string): string[] => [
    `${path}: expected ${expected}, got ${JSON.stringify(value)}`,
  ];
  switch (schema.type) {
    case 'string':
      if (typeof value !== 'string') return wrong('text');
      if (schema.oneOf && !schema.oneOf.includes(value)) return wrong(`one of ${schema.oneOf.join(', ')}`);
      return schema.pattern && !schema.pattern.test(value) ? wrong(`text like ${schema.pattern}`) : [];
    case 'quantity':
      return /^\d+(\.\d+)?([KMGT]i?|m)?$/.test(String(value)) ? [] : wrong('a quantity');
    case 'map':
      return isRecord(value) && Object.values(value).every((one) => typeof one === 'string')
        ? []
        : wrong('names with text');
    case 'list':
      if (!Array.isArray(value) || value.length < (schema.least ?? 0)) return wrong('a list');
      return value.flatMap((item, index) => faults(item, schema.of, `${path}[${index}]`));
    case 'object': {
      if (!isRecord(value)) return wrong('an object');
      const missing = (schema.required ?? []).filter((name) => !(name in value));
      return [
        ...missing.map((name) => `${path}.${name}: expected it, got nothing`),
        ...Object.entries(value).flatMap(([name, inner]) => {
          const known = schema.fields[name];
          return known
            ? faults(inner, known, `${path}.${name}`)
            : [`${path}.${name}: expected no such field`];
        }),
      ];
    }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
