import type { GraphQLNamedType } from 'graphql';

/** How many items the lists of introspection are reckoned with: about what this schema has on average. */
const ITEMS: { readonly [field: string]: number } = {
  types: 64,
  directives: 8,
  fields: 8,
  inputFields: 4,
  enumValues: 4,
  args: 2,
  possibleTypes: 2,
  interfaces: 1,
};

/** Items of a field of an introspection type (`__Schema`, `__Type`, …); 1 for every other field. */
export function introspectionItems(parent: GraphQLNamedType | null | undefined, field: string): number {
  return parent?.name.startsWith('__') ? (ITEMS[field] ?? 1) : 1;
}
