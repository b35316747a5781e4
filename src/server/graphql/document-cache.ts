/** Documents longer than this, UTF-16 code units, are not kept: their programs are written into them. */
const LONGEST = 8192;
const ENTRIES = 500;
/** Code units of all that is kept: a parsed document takes up to 250 bytes for each, which makes 32 MB. */
const IN_ALL = 128 * 1024;

/** Keeps what the most recent documents came to; bounded in entries, in the length of each and of all. */
export class DocumentCache<T> {
  readonly #entries = new Map<string, T>();
  #length = 0;

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
    if (!this.#entries.has(document)) this.#length += document.length;
    this.#entries.set(document, value);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= ENTRIES && this.#length <= IN_ALL) return;
      this.#entries.delete(oldest);
      this.#length -= oldest.length;
    }
  }
}
