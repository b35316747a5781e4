/**
 * A function of an object whose values are kept, as long as the object lives, from the second call on: an object that is
 * asked for once costs no memory.
 */
export class Memo<K extends object, V extends NonNullable<unknown>> {
  /** Null after the first call. */
  readonly #values = new WeakMap<K, V | null>();
  readonly #compute: (key: K) => V;

  constructor(compute: (key: K) => V) {
    this.#compute = compute;
  }

  of(key: K): V {
    const kept = this.#values.get(key);
    if (kept != null) return kept;
    const value = this.#compute(key);
    this.#values.set(key, kept === undefined ? null : value);
    return value;
  }
}
