import type { Collection, Filter, FindOptions } from 'mongodb';

/** Up to so many are asked for one by one, side by side. */
const FEW = 8;

/**
 * The documents under these ids that are there, in no order. A few are looked up each by itself, which costs MongoDB
 * the same and which FerretDB does thirty times as fast as a list of ids.
 * @typeParam P what `options.projection` leaves of a document
 */
export async function findByIds<D extends { readonly _id: string }, P extends { readonly _id: string }>(
  collection: Collection<D>,
  ids: readonly string[],
  options: FindOptions,
): Promise<P[]> {
  const find = (_id: string | { $in: string[] }) =>
    collection.find<P>({ _id } as Filter<D>, options).toArray();
  if (ids.length > FEW) return find({ $in: [...ids] });
  return (await Promise.all(ids.map(find))).flat();
}
