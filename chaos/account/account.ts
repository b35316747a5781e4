import type { Journal } from '../journal.ts';

/** Something that must not have been. */
export interface Finding {
  readonly what: string;
  /** The execution's id and key, or the server. */
  readonly who: string;
  /** When it was seen, seconds from the beginning. */
  readonly at: number;
}

/** What was done, and what came of it. */
export class Account {
  readonly findings: Finding[] = [];
  readonly remarks: string[] = [];
  readonly #journal: Journal;
  readonly #counts = new Map<string, Map<string, number>>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  finding(who: string, what: string): void {
    this.findings.push({ who, what, at: this.#journal.seconds });
    this.#journal.note(`FINDING ${who}: ${what}`);
  }

  /** A sentence for whoever reads the table. */
  remark(text: string): void {
    this.remarks.push(text);
  }

  /** @param heading a part of the table @param row a row of it */
  count(heading: string, row: string, by = 1): void {
    const rows = this.#counts.get(heading) ?? new Map<string, number>();
    this.#counts.set(heading, rows.set(row, (rows.get(row) ?? 0) + by));
  }

  /** The greatest seen. */
  longest(heading: string, row: string, value: number): void {
    const rows = this.#counts.get(heading) ?? new Map<string, number>();
    this.#counts.set(heading, rows.set(row, Math.max(rows.get(row) ?? 0, value)));
  }

  table(): string {
    return [...this.#counts]
      .map(([heading, rows]) => {
        const lines = [...rows].sort(([one], [other]) => (one < other ? -1 : 1));
        return `${heading}\n${lines.map(([row, count]) => `  ${row.padEnd(58)}${figure(count)}`).join('\n')}`;
      })
      .join('\n');
  }
}

function figure(count: number): string {
  return (Number.isInteger(count) ? String(count) : count.toFixed(1)).padStart(10);
}
