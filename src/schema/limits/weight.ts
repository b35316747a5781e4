import type { GraphQLField } from 'graphql';

/** What a field may bring, beyond a field's own weight; read by `measure.ts`. */
export interface Weight {
  /** Bytes of text, at most or, where the most is far from what is usual, as `bounds.ts` says. */
  readonly bytes?: number;
  /** Questions to the store for each time it is resolved. */
  readonly lookUps?: number;
  /** Whether those always get the same answer for one event, as what has been printed up to it does not change. */
  readonly settledByEvent?: boolean;
  /** For a list without a page size: how many items to reckon with. */
  readonly items?: number;
  /** For a field with a page size `first`: its maximum. */
  readonly page?: { readonly max: number };
  /** Whether it may not be asked for within a subscription's event. */
  readonly refusedInEvents?: boolean;
}

const KEY = 'podlineWeight';

/** The `extensions` of a field with this weight. */
export function cost(weight: Weight): { readonly [KEY]: Weight } {
  return { [KEY]: weight };
}

export function weightOf(field: GraphQLField<unknown, unknown>): Weight {
  const weight = field.extensions[KEY];
  return typeof weight === 'object' && weight !== null ? weight : NONE;
}

const NONE: Weight = {};
