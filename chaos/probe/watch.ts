import type { Watched } from '../life/operations.ts';
import { Received } from '../life/received.ts';
import { visit } from '../life/visit.ts';
import type { Replica } from '../replicas/replica.ts';

export interface WatchOptions {
  readonly headers: { readonly [name: string]: string };
  readonly id: string;
  /** Leaves when no end has come for so long, milliseconds. */
  readonly mostMs: number;
}

/** One who stays at one server, and neither comes again nor goes elsewhere when nothing comes. */
export interface Watcher {
  readonly replica: Replica;
  readonly received: Received;
  /** When the first text and the end came, milliseconds from the beginning; null: not. */
  readonly afterMs: { readonly first: number | null; readonly end: number | null };
  /** What was wrong with what came; null when nothing was. */
  readonly wrong: string | null;
  /** Resolves at the first text; or when it is over. */
  readonly begun: Promise<void>;
  readonly over: Promise<void>;
}

export function watchFrom(replica: Replica, { headers, id, mostMs }: WatchOptions): Watcher {
  const began = performance.now();
  const received = new Received();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const afterMs: { first: number | null; end: number | null } = { first: null, end: null };
  let wrong: string | null = null;
  const next = (event: Watched['output']) => {
    const now = Math.round(performance.now() - began);
    wrong ??= received.take(event);
    if (received.chunks.length > 0) {
      afterMs.first ??= now;
      begin();
    }
    if (received.end) afterMs.end ??= now;
  };
  const over = visit(replica, { headers, id, after: 0, next, leave: AbortSignal.timeout(mostMs) }).then(
    (refusal) => {
      wrong ??= refusal;
      begin();
    },
  );
  return {
    replica,
    received,
    afterMs,
    get wrong() {
      return wrong;
    },
    begun,
    over,
  };
}
