import type { Endpoint } from '../connection/endpoint.ts';
import { request } from '../connection/request.ts';
import { CommandError } from '../errors.ts';
import { graphql } from '../generated/gql.ts';
import type { ReadChunksQuery } from '../generated/graphql.ts';

const Chunks = graphql(`
  query ReadChunks($id: ID!, $first: Int!, $after: Int!) {
    execution(id: $id) {
      chunks(first: $first, after: $after) {
        chunks {
          seq
          stream
          text
          at
        }
        cursor
        hasMore
      }
    }
  }
`);

/** Chunks asked for at once; few enough that even long ones stay within the service's bound on one answer. */
const PAGE = 500;

/** Text of one stream, numbered within its execution. */
export type LogChunk = NonNullable<ReadChunksQuery['execution']>['chunks']['chunks'][number];

/** What an execution has printed so far after chunk number `after`, page by page. @throws CommandError */
export async function* readChunks(
  endpoint: Endpoint,
  id: string,
  after: number,
): AsyncGenerator<readonly LogChunk[]> {
  for (let cursor = after; ; ) {
    const { execution }: ReadChunksQuery = await request(endpoint, Chunks, {
      id,
      first: PAGE,
      after: cursor,
    });
    if (!execution) throw new CommandError(`There is no execution ${id}.`);
    const { chunks, hasMore } = execution.chunks;
    if (chunks.length > 0) yield chunks;
    if (!hasMore) return;
    cursor = execution.chunks.cursor;
  }
}
