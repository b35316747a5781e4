import type { Report } from './figures/report.ts';

/** One benchmark: starts what it measures, prints a table, leaves nothing behind. */
export interface Benchmark {
  /** As it is named on the command line. */
  readonly name: string;
  readonly title: string;
  run(report: Report): Promise<void>;
}

/** What was asked for cannot be measured here: told as one sentence. */
export class UnusableError extends Error {
  override readonly name = 'UnusableError';
}
