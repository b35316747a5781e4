import { StoreUnavailableError } from '../../src/executions/errors.ts';
import type {
  ProcessHeartbeat,
  Revision,
  Sharing,
  Store,
  WriteListener,
} from '../../src/executions/store.ts';

const ANY = { limit: 1, maxBytes: 1 };

/** What processes share, kept in memory over one store that has no way to be shared itself. */
export class SharedRecords implements Sharing {
  /** Whether every call fails. */
  away = false;
  readonly listeners = new Set<WriteListener>();
  readonly #store: Store | null;
  readonly #heartbeats = new Map<string, number>();

  constructor(store: Store | null = null) {
    this.#store = store;
  }

  async heartbeat(id: string): Promise<void> {
    this.#check();
    this.#heartbeats.set(id, (this.#heartbeats.get(id) ?? 0) + 1);
  }

  async listProcesses(): Promise<ProcessHeartbeat[]> {
    this.#check();
    return [...this.#heartbeats].map(([id, count]) => ({ id, count }));
  }

  async removeProcess(id: string): Promise<void> {
    this.#check();
    this.#heartbeats.delete(id);
  }

  async getRevisions(ids: readonly string[]): Promise<Revision[]> {
    this.#check();
    const found = await Promise.all(ids.map((id) => this.#store?.getExecution(id)));
    return found.filter((execution) => !!execution);
  }

  async findChunks(chunks: readonly { executionId: string; seq: number }[]): Promise<string[]> {
    this.#check();
    const found = await Promise.all(
      chunks.map(async ({ executionId, seq }) => {
        const [next] = (await this.#store?.readChunks(executionId, { ...ANY, after: seq - 1 })) ?? [];
        return next?.seq === seq ? [executionId] : [];
      }),
    );
    return found.flat();
  }

  /** Tells nothing unless the test does, by `listeners`. */
  listen(listener: WriteListener): AsyncDisposable {
    this.listeners.add(listener);
    return {
      [Symbol.asyncDispose]: async () => {
        this.listeners.delete(listener);
      },
    };
  }

  #check(): void {
    if (this.away) throw new StoreUnavailableError('switched off by the test');
  }
}

/** The same store, as one that several processes may use. */
export function shared(store: Store, sharing: Sharing = new SharedRecords(store)): Store {
  return new Proxy(store, {
    get(target, name) {
      if (name === 'sharing') return sharing;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
