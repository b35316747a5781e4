import type { Line } from './line.ts';
import { breaks } from './width.ts';

/** One row of the pane: part of a line. */
export interface Row {
  /** Which row of the pane it is; the first one where it takes several. */
  readonly at: number;
  /** Index of its line. */
  readonly line: number;
  /** Code units of the line's text. */
  readonly from: number;
  readonly to: number;
}

/** Which row of a pane shows which part of which line, for lines broken at so many columns. */
export class Layout {
  #columns = 80;
  /** For each line the number of rows before it; one more at the end is the number of all. */
  #starts: number[] = [0];

  /** Lays the lines anew from the first that changed; from the beginning when the columns changed. */
  update(lines: readonly Line[], changedFrom: number, columns: number): void {
    const from = columns === this.#columns ? Math.min(changedFrom, this.#starts.length - 1) : 0;
    this.#columns = columns;
    this.#starts.length = from + 1;
    let total = this.#starts[from] ?? 0;
    for (let at = from; at < lines.length; at++) {
      const text = lines[at]?.text ?? '';
      const rows = text.length < columns / 2 ? 1 : 1 + breaks(text, columns).length;
      total += lines[at]?.block?.rows ?? rows;
      this.#starts.push(total);
    }
  }

  get rows(): number {
    return this.#starts.at(-1) ?? 0;
  }

  /** The rows from `first` on, at most `count`; something displayed that begins before is among them. */
  slice(lines: readonly Line[], first: number, count: number): Row[] {
    const rows: Row[] = [];
    for (let index = this.#lineAt(first); index < lines.length; index++) {
      const start = this.#starts[index] ?? 0;
      if (start >= first + count) break;
      const text = lines[index]?.text ?? '';
      if (lines[index]?.block) {
        rows.push({ at: start, line: index, from: 0, to: text.length });
        continue;
      }
      const edges = [0, ...breaks(text, this.#columns), text.length];
      for (
        let part = Math.max(0, first - start);
        part < edges.length - 1 && start + part < first + count;
        part++
      ) {
        rows.push({ at: start + part, line: index, from: edges[part] ?? 0, to: edges[part + 1] ?? 0 });
      }
    }
    return rows;
  }

  /** The row that shows the line's code unit `at`. */
  rowOf(lines: readonly Line[], line: number, at: number): number {
    if (lines[line]?.block) return this.#starts[line] ?? 0;
    const before = breaks(lines[line]?.text ?? '', this.#columns).filter((edge) => edge <= at).length;
    return (this.#starts[line] ?? 0) + before;
  }

  /** The last line that begins at the row or before it. */
  #lineAt(row: number): number {
    let [low, high] = [0, Math.max(0, this.#starts.length - 2)];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
