/** What happened when, in seconds from the beginning: faults, and whatever explains a finding. */
export class Journal {
  readonly #began = performance.now();
  readonly #lines: { readonly at: number; readonly text: string }[] = [];

  get seconds(): number {
    return (performance.now() - this.#began) / 1000;
  }

  note(text: string): void {
    const at = this.seconds;
    this.#lines.push({ at, text });
    process.stderr.write(`${at.toFixed(1).padStart(7)} s  ${text}\n`);
  }

  /** What was noted between two moments, a line each. */
  between(from: number, to: number): string[] {
    return this.#lines
      .filter(({ at }) => at >= from && at <= to)
      .map(({ at, text }) => `${at.toFixed(1)} s ${text}`);
  }
}
