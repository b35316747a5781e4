import { toCursor } from './arguments.ts';
import { builder } from './builder.ts';

/** A page of records with ids, newest first. */
export interface Page<R extends { readonly id: string }> {
  readonly items: readonly R[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** @param found one more than `first` when there are more @param after the cursor's id, when one was given */
export function pageOf<R extends { readonly id: string }>(
  found: readonly R[],
  first: number,
  after: string | undefined,
): Page<R> {
  return {
    items: found.slice(0, first),
    hasNextPage: found.length > first,
    hasPreviousPage: after !== undefined,
  };
}

export const PageInfo = builder.objectRef<Page<{ readonly id: string }>>('PageInfo').implement({
  description: 'Where a page is within its list.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', {
      description: 'Whether there are older ones after this page.',
    }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', {
      description: 'Whether this page was requested with `after`, so that there is one before it.',
    }),
    startCursor: t.string({
      nullable: true,
      description: 'Cursor of the first edge; null when the page is empty.',
      resolve: ({ items }) => cursorOf(items.at(0)),
    }),
    endCursor: t.string({
      nullable: true,
      description: 'Cursor of the last edge, for the next page; null when the page is empty.',
      resolve: ({ items }) => cursorOf(items.at(-1)),
    }),
  }),
});

function cursorOf(record: { readonly id: string } | undefined): string | null {
  return record ? toCursor(record.id) : null;
}
