/** Parts bytes into lines, whatever pieces they come in. What is not ended by a newline is never told. */
export class Lines {
  readonly #told: (line: string) => void;
  readonly #parts: Buffer[] = [];

  constructor(told: (line: string) => void) {
    this.#told = told;
  }

  push(bytes: Buffer): void {
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(0x0a, start);
      if (end === -1) break;
      this.#parts.push(bytes.subarray(start, end));
      this.#told(Buffer.concat(this.#parts).toString());
      this.#parts.length = 0;
      start = end + 1;
    }
    if (start < bytes.length) this.#parts.push(bytes.subarray(start));
  }
}
