import { setTimeout as sleep } from 'node:timers/promises';
import { type Execution, get, trySubmit } from '../../../service/support/executions.ts';
import { follow, overWebSocketAs } from '../../../service/support/follow.ts';
import type { Headers } from '../../../service/support/graphql.ts';
import type { Received } from '../../../service/support/output.ts';

/** What a client is that means to get through an update: it tries again what may be tried again. */
export interface Steady {
  /** Submits, under an idempotency key, as often as it takes; resolves to the id. */
  submit(input: Record<string, unknown>, idempotencyKey: string): Promise<string>;
  /** Watches from the first chunk to the end across cut connections, every number once; says how many it took. */
  watch(id: string): Promise<{ readonly received: Received; readonly connections: number }>;
  get(id: string): Promise<Execution>;
  /** Requests that were made again. */
  readonly repeated: number;
}

const PATIENCE_MS = 60_000;
const PAUSE_MS = 100;

export function steadyClient(url: string, headers: Headers): Steady {
  let repeated = 0;
  const steadily = async <T>(what: () => Promise<T | null>): Promise<T> => {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      // fetch says TypeError for whatever happens to a connection.
      let failure: unknown = 'UNAVAILABLE';
      const outcome = await what().catch((error: unknown) => {
        if (!(error instanceof TypeError)) throw error;
        failure = error.cause;
        return null;
      });
      if (outcome !== null) return outcome;
      if (performance.now() > deadline) {
        throw new Error(`Expected an answer within ${PATIENCE_MS} ms, got ${failure}.`);
      }
      repeated++;
      await sleep(PAUSE_MS);
    }
  };
  return {
    submit: (input, idempotencyKey) =>
      steadily(async () => {
        const answer = await trySubmit(url, { ...input, idempotencyKey }, headers);
        const id = answer.data?.execute.execution?.id;
        if (id !== undefined) return id;
        if (answer.errors[0]?.extensions?.code === 'UNAVAILABLE') return null;
        throw new Error(`Expected an execution, got ${JSON.stringify(answer)}.`);
      }),
    watch: async (id) => {
      let connections = 0;
      const connect = overWebSocketAs(headers);
      const received = await follow(url, id, (...arguments_) => {
        connections++;
        return connect(...arguments_);
      });
      return { received, connections };
    },
    get: (id) => steadily(() => get(url, id, headers)),
    get repeated() {
      return repeated;
    },
  };
}
