import type { EndReason } from '../../src/executions/execution.ts';

/** A program to submit, and what must come of it. */
export interface Task {
  /** Names it towards the service (its idempotency key) and the counter. */
  readonly key: string;
  readonly kind: string;
  /** As `execute` takes it, without the key. */
  readonly input: { readonly limits: TaskLimits; readonly [name: string]: unknown };
  /** All that it prints when it is left alone. */
  readonly prints: { readonly stdout: Lines; readonly stderr: Lines };
  /** What is written to its stdin while it runs; left out: nothing is, and stdin ends with the input's. */
  readonly writes?: Lines;
  /** How it ends when it is left alone. */
  readonly end: { readonly reason: EndReason; readonly exitCode: number | null };
  /** It is cancelled so long after it was acknowledged, milliseconds. */
  readonly cancelAfterMs: number | null;
}

export interface TaskLimits {
  readonly timeoutMs: number;
  readonly outputBytes?: number;
}

/** The numbered lines of one stream: `text(1)`, `text(2)`, … up to `count`, which may be infinite. */
export interface Lines {
  readonly count: number;
  readonly text: (number: number) => string;
}

export const NO_LINES: Lines = { count: 0, text: () => '' };

/** What is wrong with a text that must be these lines, from the first one on; null when nothing is. */
export function differenceFrom(lines: Lines, text: string, isWhole: boolean): string | null {
  let number = 0;
  for (let at = 0; at < text.length; ) {
    number++;
    if (number > lines.count) {
      return `expected ${lines.count} lines, got more: ${JSON.stringify(text.slice(at, at + 100))}`;
    }
    const line = lines.text(number);
    const got = text.slice(at, at + line.length);
    // Only what was cut may end within a line.
    if (got !== line && (isWhole || !line.startsWith(got))) {
      return `expected ${JSON.stringify(line)} as line ${number}, got ${JSON.stringify(got)}`;
    }
    at += line.length;
  }
  return isWhole && number < lines.count ? `expected ${lines.count} lines, got ${number}` : null;
}
