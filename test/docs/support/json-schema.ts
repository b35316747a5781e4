/** The part of JSON Schema that docs/openapi.json uses. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly properties?: { readonly [name: string]: JsonSchema };
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: JsonSchema;
}

export type Schemas = { readonly [name: string]: JsonSchema };

/** Where a value is not as its schema says: a line each. `schemas` are what `$ref` may name. */
export function faultsOf(value: unknown, schema: JsonSchema, schemas: Schemas, path = '$'): string[] {
  if (schema.$ref !== undefined) {
    const named = schemas[schema.$ref.replace('#/components/schemas/', '')];
    return named ? faultsOf(value, named, schemas, path) : [`${path}: there is no ${schema.$ref}`];
  }
  const types = schema.type === undefined ? [] : [schema.type].flat();
  const type = typeOf(value);
  if (!types.includes(type) && !(type === 'integer' && types.includes('number')))
    return [`${path}: expected ${types.join(' or ')}, got ${type}`];
  if (schema.enum && !schema.enum.includes(value))
    return [`${path}: expected one of ${schema.enum.join(', ')}, got ${value}`];
  if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(String(value)))
    return [`${path}: expected text like ${schema.pattern}, got ${value}`];
  if (Array.isArray(value)) {
    const { items } = schema;
    return value.flatMap((item, index) =>
      items ? faultsOf(item, items, schemas, `${path}[${index}]`) : [`${path}: its items have no schema`],
    );
  }
  return typeof value === 'object' && value !== null ? faultsOfObject(value, schema, schemas, path) : [];
}

function faultsOfObject(value: object, schema: JsonSchema, schemas: Schemas, path: string): string[] {
  const missing = (schema.required ?? []).filter((name) => !Object.hasOwn(value, name));
  return [
    ...missing.map((name) => `${path}.${name}: expected it, got nothing`),
    ...Object.entries(value).flatMap(([name, inner]) => {
      const known = schema.properties?.[name];
      return known ? faultsOf(inner, known, schemas, `${path}.${name}`) : [`${path}.${name}: it is unknown`];
    }),
  ];
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
