/**
 * The candidate that `name` most probably was meant to be: the one fewest edits away (a letter more, less, changed, or two
 * neighbours swapped), in any case of letters. Null when none is near.
 * @param maxEdits default: a third of the name's letters
 */
export function nearestName(
  name: string,
  candidates: Iterable<string>,
  maxEdits: number = Math.floor(name.length / 3),
): string | null {
  const given = name.toLowerCase().slice(0, MAX_LENGTH);
  let nearest: string | null = null;
  let fewest = maxEdits + 1;
  for (const candidate of candidates) {
    const edits = editDistance(given, candidate.toLowerCase());
    if (edits >= fewest) continue;
    fewest = edits;
    nearest = candidate;
  }
  return nearest;
}

/** ` Did you mean NAME?` with a space before it, to be put after a sentence; empty when no candidate is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const nearest = nearestName(name, candidates);
  return nearest === null ? '' : ` Did you mean ${nearest}?`;
}

/** Characters of a name that are compared; nobody means anything by a longer one. */
const MAX_LENGTH = 100;

/** Edits between two texts, a swap of neighbours counted as one. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const changed = from[row - 1] === to[column - 1] ? 0 : 1;
      let edits = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + changed);
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (row > 1 && column > 1 && isSwap) edits = Math.min(edits, at(beforeLast, column - 2) + 1);
      current.push(edits);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
