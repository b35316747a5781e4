import { type FieldNode, type GraphQLField, Kind } from 'graphql';

/**
 * The page size a field is asked with: its `first` as written, or its default. A variable counts as the most it may be,
 * because a document is validated once for all its variables.
 */
export function pageSize(field: GraphQLField<unknown, unknown>, node: FieldNode, most: number): number {
  const fallback = Number(field.args.find(({ name }) => name === 'first')?.defaultValue ?? most);
  const value = node.arguments?.find(({ name }) => name.value === 'first')?.value;
  if (!value || value.kind === Kind.NULL) return fallback;
  const written = value.kind === Kind.INT ? Number(value.value) : most;
  // Out of range is refused when it is resolved; here it must not make anything cheaper.
  return written >= 1 && written <= most ? written : most;
}
