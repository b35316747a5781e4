import type { Row } from './layout.ts';
import type { Line } from './line.ts';
import type { Match } from './matches.ts';
import { cssColor, PLAIN, type Style } from './style.ts';

/** A stretch of a row that looks the same, as text and never as markup. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly style: Style;
}

/** Draws one row: text nodes in spans. Nothing that a program prints is ever parsed as HTML. */
export function drawRow(line: Line, row: Row, matches: readonly Match[], current: Match | null): HTMLElement {
  const element = document.createElement('div');
  element.className = 'row';
  for (const { from, to, style } of piecesOf(line, row)) {
    for (const part of markedParts(from, to, matches)) {
      element.append(drawPiece(line.text.slice(part.from, part.to), style, part.match, current));
    }
  }
  // A line without text is as high as any other, and is copied as an empty one.
  if (row.from === row.to) element.append(document.createElement('br'));
  return element;
}

function piecesOf({ text, runs }: Line, row: Row): Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  for (const { end, style } of runs ?? [{ end: text.length, style: PLAIN }]) {
    const [from, to] = [Math.max(start, row.from), Math.min(end, row.to)];
    if (from < to) pieces.push({ from, to, style });
    start = end;
  }
  return pieces;
}

interface Part {
  readonly from: number;
  readonly to: number;
  readonly match: Match | null;
}

function markedParts(from: number, to: number, matches: readonly Match[]): Part[] {
  const parts: Part[] = [];
  let at = from;
  for (const match of matches) {
    if (match.to <= at || match.from >= to) continue;
    const begin = Math.max(match.from, at);
    if (begin > at) parts.push({ from: at, to: begin, match: null });
    at = Math.min(match.to, to);
    parts.push({ from: begin, to: at, match });
  }
  if (at < to) parts.push({ from: at, to, match: null });
  return parts;
}

function drawPiece(text: string, style: Style, match: Match | null, current: Match | null): Node {
  if (style === PLAIN && match === null) return document.createTextNode(text);
  const element = document.createElement(match === null ? 'span' : 'mark');
  element.textContent = text;
  const classes = CLASSES.filter((name) => style[name]).map((name) => `out-${name}`);
  if (match !== null && match === current) classes.push('current');
  element.className = classes.join(' ');
  colour(element, style);
  return element;
}

function colour(element: HTMLElement, { foreground, background, inverse }: Style): void {
  const text = foreground === null ? null : cssColor(foreground);
  const ground = background === null ? null : cssColor(background);
  if (inverse) {
    element.style.color = ground ?? 'var(--terminal)';
    element.style.backgroundColor = text ?? 'var(--terminal-text)';
  } else {
    if (text !== null) element.style.color = text;
    if (ground !== null) element.style.backgroundColor = ground;
  }
}

const CLASSES = ['bold', 'dim', 'italic', 'underline', 'strike', 'stderr', 'control', 'echo'] as const;
