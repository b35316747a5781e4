import type { Logger } from '../../../executions/telemetry.ts';
import type { ChangeListener, WatchedStore } from '../cluster.ts';
import { type Kind, type WireObject, withoutBulk } from './objects.ts';

interface Entry<T> {
  readonly uid: string;
  readonly version: string;
  readonly object: T;
}

/** What is known of the objects of one kind; `Informer` fills it. */
export class ObjectStore<T> implements WatchedStore<T> {
  readonly #kind: Kind<T>;
  readonly #logger: Logger;
  readonly #listeners = new Set<ChangeListener<T>>();
  readonly #entries = new Map<string, Entry<T>>();
  synced = false;

  constructor(kind: Kind<T>, logger: Logger) {
    this.#kind = kind;
    this.#logger = logger;
  }

  get(name: string): T | undefined {
    return this.#entries.get(name)?.object;
  }

  list(): readonly T[] {
    return [...this.#entries.values()].map(({ object }) => object);
  }

  /** Names with the version known of each. */
  versions(): Map<string, string> {
    return new Map([...this.#entries].map(([name, { version }]) => [name, version]));
  }

  onChange(listener: ChangeListener<T>): Disposable {
    const own: ChangeListener<T> = (...change) => listener(...change);
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }

  /** There is such an object now. What is known already changes nothing. */
  put(wire: WireObject): void {
    const { name, uid, resourceVersion: version } = wire.metadata;
    let last = this.#entries.get(name);
    if (last?.uid === uid && last.version === version) return;
    if (last && last.uid !== uid) {
      this.#drop(name, last.object);
      last = undefined;
    }
    const object = this.#kind.decode(withoutBulk(wire));
    this.#entries.set(name, { uid, version, object });
    this.#notify(name, object, last?.object);
  }

  /** It is gone, and this was its last state. */
  remove(wire: WireObject): void {
    const { name, uid } = wire.metadata;
    if (this.#entries.get(name)?.uid === uid) this.#drop(name, this.#kind.decode(withoutBulk(wire)));
  }

  /** These are all there are. */
  replace(all: readonly WireObject[]): void {
    const names = new Set(all.map(({ metadata }) => metadata.name));
    for (const [name, { object }] of [...this.#entries]) if (!names.has(name)) this.#drop(name, object);
    for (const wire of all) this.put(wire);
    this.synced = true;
  }

  #drop(name: string, last: T): void {
    this.#entries.delete(name);
    this.#notify(name, null, last);
  }

  #notify(name: string, object: T | null, last: T | undefined): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(name, object, last);
      } catch (err) {
        this.#logger.error({ err, resource: this.#kind.resource, name }, 'a listener failed');
      }
    }
  }
}
