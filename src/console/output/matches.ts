import type { Line } from './line.ts';

/** Where the text that is searched for stands. */
export interface Match {
  readonly line: number;
  readonly from: number;
  readonly to: number;
}

/** Matches that are looked for at once. */
export const MAX_MATCHES = 10_000;

/** The places of `text` in the lines, in order, whatever the case of its letters; at most `MAX_MATCHES`. */
export function findMatches(lines: readonly Line[], text: string): Match[] {
  const matches: Match[] = [];
  const wanted = text.toLowerCase();
  if (wanted === '') return matches;
  for (const [line, { text: whole }] of lines.entries()) {
    const lower = whole.toLowerCase();
    for (let from = lower.indexOf(wanted); from >= 0; from = lower.indexOf(wanted, from + wanted.length)) {
      matches.push({ line, from, to: from + wanted.length });
      if (matches.length === MAX_MATCHES) return matches;
    }
  }
  return matches;
}
