import type { Line } from './line.ts';
import { breaks } from './width.ts';

/** One row of the pane: part of a line. */
export interface Row {
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
      total += text.length < columns / 2 ? 1 : 1 + breaks(text, columns).length;
      this.#starts.push(total);
    }
  }

  get rows(): number {
    return this.#starts.at(-1) ?? 0;
  }

  /** The rows from `first` on, at most `count`. */
  slice(lines: readonly Line[], first: number, count: number): Row[] {
    const rows: Row[] = [];
    for (let index = this.#lineAt(first); index < lines.length && rows.length < count; index++) {
      const start = this.#starts[index] ?? 0;
      const text = lines[index]?.text ?? '';
      const edges = [0, ...breaks(text, this.#columns), text.length];
      for (let part = Math.max(0, first - start); part < edges.length - 1 && rows.length < count; part++) {
        rows.push({ line: index, from: edges[part] ?? 0, to: edges[part + 1] ?? 0 });
      }
    }
    return rows;
  }

  /** The row that shows the line's code unit `at`. */
  rowOf(lines: readonly Line[], line: number, at: number): number {
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
