import { isSameStyle, PLAIN, type Style } from './style.ts';

/** Text of one style, from where the one before it ends. */
export interface Run {
  /** UTF-16 code units from the line's beginning. */
  readonly end: number;
  readonly style: Style;
}

/** What stands in the place of a line and is no text. */
export interface Block {
  /** How many rows it takes. */
  rows: number;
  readonly element: HTMLElement;
}

/** One line of the screen. Columns are UTF-16 code units. */
export class Line {
  text = '';
  /** Null: all of it is plain. */
  runs: Run[] | null = null;
  /** What is shown instead of its text, which is its plain form; null for text. */
  block: Block | null = null;
  /** Rises with each change. */
  revision = 0;
  /** Whether it goes on from the line before, which was too long for one. */
  readonly continues: boolean;

  constructor(continues = false) {
    this.continues = continues;
  }

  /** Writes over what stands at that column. */
  write(column: number, text: string, style: Style): void {
    this.revision++;
    if (column > this.text.length) this.#append(' '.repeat(column - this.text.length), PLAIN);
    if (column === this.text.length) {
      this.#append(text, style);
      return;
    }
    const end = column + text.length;
    const before = this.text.length;
    this.text = this.text.slice(0, column) + text + this.text.slice(end);
    if (this.runs === null && style === PLAIN) return;
    this.runs ??= [{ end: before, style: PLAIN }];
    writeRun(this.runs, column, { end, style });
  }

  /** Takes away what stands from `from` on, or makes blanks of what stands between both. */
  erase(from: number, to = Number.POSITIVE_INFINITY): void {
    if (from >= this.text.length) return;
    if (to < this.text.length) {
      this.write(from, ' '.repeat(to - from), PLAIN);
      return;
    }
    this.revision++;
    this.text = this.text.slice(0, from);
    if (this.runs !== null) this.runs = clip(this.runs, 0, from);
  }

  #append(text: string, style: Style): void {
    const before = this.text.length;
    this.text += text;
    if (this.runs === null && style === PLAIN) return;
    this.runs ??= before > 0 ? [{ end: before, style: PLAIN }] : [];
    const last = this.runs.at(-1);
    if (last && isSameStyle(last.style, style)) this.runs.pop();
    this.runs.push({ end: this.text.length, style });
  }
}

/** Puts a run over those that stand from `from` to its end. In place: a line has up to as many runs as columns, and is written to often. */
function writeRun(runs: Run[], from: number, run: Run): void {
  const first = runAt(runs, from);
  // What stands on behind it is cut off at its beginning by the run before it.
  const last = runAt(runs, run.end);
  const start = runs[first - 1]?.end ?? 0;
  const before = runs[first];
  const left = before !== undefined && start < from ? [{ end: from, style: before.style }] : [];
  runs.splice(first, last - first, ...left, run);
}

/** Index of the run that the column is in; their number behind the last. */
function runAt(runs: readonly Run[], column: number): number {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle] as Run).end > column) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The runs between two columns. */
function clip(runs: readonly Run[], from: number, to: number): Run[] {
  const clipped: Run[] = [];
  let start = 0;
  for (const { end, style } of runs) {
    if (end > from && start < to) clipped.push({ end: Math.min(end, to), style });
    start = end;
  }
  return clipped;
}
