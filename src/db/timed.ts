import type { Store } from '../executions/store.ts';
import type { Telemetry } from '../executions/telemetry.ts';

/** The same store, with each operation's time and outcome told to `telemetry`. */
export function timedStore(store: Store, telemetry: Pick<Telemetry, 'storeOperation'>): Store {
  const timed = new Map<string | symbol, unknown>();
  return new Proxy(store, {
    get(target, name) {
      if (!timed.has(name)) timed.set(name, timeOperation(target, name, telemetry));
      return timed.get(name);
    },
  });
}

function timeOperation(
  store: Store,
  name: string | symbol,
  telemetry: Pick<Telemetry, 'storeOperation'>,
): unknown {
  const value: unknown = Reflect.get(store, name);
  if (typeof value !== 'function') return value;
  if (typeof name === 'symbol') return value.bind(store);
  return async (...args: unknown[]): Promise<unknown> => {
    const began = performance.now();
    let ok = false;
    try {
      const result: unknown = await value.apply(store, args);
      ok = true;
      return result;
    } finally {
      telemetry.storeOperation(name, performance.now() - began, ok);
    }
  };
}
