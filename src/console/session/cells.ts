import type { Cell, Session, SessionPage } from '../api/sessions.ts';
import { hasEnded } from '../words.ts';

/** Cells that have not ended and are followed: the one that runs, and the next. */
const FOLLOWED = 2;

/** A cell as it is shown. */
export interface ShownCell {
  readonly cell: Cell;
  /** How many ran in its context until it, itself included; null when it has not run to its end, or in a fresh process. */
  readonly count: number | null;
  /** Whether its output may be followed now: it has ended, or it is one of the next. */
  readonly isFollowed: boolean;
  /** Whether the variables of its context are lost since. */
  readonly lostState: boolean;
}

/** The cells of a page, newest first. */
export function cellsOf({ executions }: SessionPage): Cell[] {
  return executions.edges.map(({ node, cursor }) => ({ ...node, cursor }));
}

/** The cells with those that were read, which count, in the order of submission; the same object for what has not changed. */
export function merged(known: readonly Cell[], read: readonly Cell[]): readonly Cell[] {
  const all = new Map(known.map((cell) => [cell.id, cell]));
  for (const cell of read) {
    const before = all.get(cell.id);
    if (before && JSON.stringify(before) === JSON.stringify(cell)) continue;
    all.set(cell.id, cell);
  }
  return [...all.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * What is said of each cell beside what its execution says itself. The counts are those of the session's contexts; of cells
 * whose beginning is not shown it is known only how many there were.
 */
export function shownCells(
  cells: readonly Cell[],
  contexts: Session['contexts'],
  hasEarlier: boolean,
): readonly ShownCell[] {
  const ran = cells.filter(hasRun);
  const counts = new Map<string, number>();
  for (const { name, executionCount } of contexts) {
    const own = ran.filter(({ context }) => context === name).length;
    counts.set(name, hasEarlier ? Math.max(0, executionCount - own) : 0);
  }
  const lost = new Set(
    contexts
      .filter(({ stateLost }) => stateLost)
      .map(({ name }) => ran.findLast(({ context }) => context === name)?.id),
  );
  let unfinished = 0;
  return cells.map((cell) => {
    const { context } = cell;
    if (context !== null && hasRun(cell)) counts.set(context, (counts.get(context) ?? 0) + 1);
    return {
      cell,
      count: context !== null && hasRun(cell) ? (counts.get(context) ?? null) : null,
      isFollowed: hasEnded(cell.status) || unfinished++ < FOLLOWED,
      lostState: lost.has(cell.id),
    };
  });
}

/** Whether it has run, to an end. */
function hasRun({ status, startedAt }: Cell): boolean {
  return hasEnded(status) && startedAt !== null;
}
