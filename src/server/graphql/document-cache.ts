/** Documents longer than this, UTF-16 code units, are not kept: their programs are written into them. */
const LONGEST = 8192;
const ENTRIES = 500;

/** Keeps what the most recent documents came to; bounded in entries and in the length of each. */
export class DocumentCache<T> {
  readonly #entries = new Map<string, T>();

  get(document: string): T | undefined {
    const value = this.#entries.get(document);
    if (value !== undefined) {
      this.#entries.delete(document);
      this.#entries.set(document, value);
    }
    return value;
  }

  set(document: string, value: T): void {
    if (document.length > LONGEST) return;
    this.#entries.set(document, value);
    if (this.#entries.size <= ENTRIES) return;
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }
}
