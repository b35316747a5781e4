import { availableParallelism, cpus, loadavg } from 'node:os';
import { type Cell, formatTable } from './table.ts';

/** Where benchmarks put what they found: standard output, as Markdown. */
export class Report {
  machine(): void {
    const model = cpus()[0]?.model.trim() ?? 'unknown processor';
    this.note(
      `Node ${process.versions.node}, ${availableParallelism()} cores (${model}), load ${loadavg()
        .map((load) => load.toFixed(2))
        .join(' ')}.`,
    );
  }

  title(text: string): void {
    console.log(`\n## ${text}\n`);
  }

  note(text: string): void {
    console.log(text);
  }

  table(columns: readonly string[], rows: readonly (readonly Cell[])[]): void {
    console.log(`\n${formatTable(columns, rows)}\n`);
  }
}
