import type { Store } from '../executions/store.ts';
import type { Telemetry } from '../executions/telemetry.ts';

type Times = Pick<Telemetry, 'storeOperation'>;

/**
 * The same store, with each operation's time and outcome reported to `telemetry`: those of `sharing` too, which are most of
 * what a replica requests (heartbeats, revisions, polls for chunks).
 */
export function instrumentedStore(store: Store, telemetry: Times): Store {
  const instrumented = timeMethods(store, telemetry);
  const sharing = store.sharing && timeMethods(store.sharing, telemetry);
  const sessions = timeMethods(store.sessions, telemetry);
  return new Proxy(instrumented, {
    get(target, name) {
      if (name === 'sharing') return sharing;
      return name === 'sessions' ? sessions : Reflect.get(target, name);
    },
  });
}

function timeMethods<T extends object>(target: T, telemetry: Times): T {
  const methods = new Map<string | symbol, unknown>();
  return new Proxy(target, {
    get(_, name) {
      if (!methods.has(name)) methods.set(name, timeMethod(target, name, telemetry));
      return methods.get(name);
    },
  });
}

/** What returns no promise is no operation: it is left as it is. */
function timeMethod(target: object, name: string | symbol, telemetry: Times): unknown {
  const value: unknown = Reflect.get(target, name);
  if (typeof value !== 'function') return value;
  if (typeof name === 'symbol') return value.bind(target);
  return (...args: unknown[]): unknown => {
    const began = performance.now();
    const result: unknown = value.apply(target, args);
    if (!(result instanceof Promise)) return result;
    const report = (ok: boolean): void => telemetry.storeOperation(name, performance.now() - began, ok);
    return result.then(
      (result: unknown) => {
        report(true);
        return result;
      },
      (error: unknown) => {
        report(false);
        throw error;
      },
    );
  };
}
