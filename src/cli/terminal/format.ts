import type { OutputStream } from '../generated/graphql.ts';
import type { Shell } from '../shell.ts';

/** Columns as wide as their widest cell, two spaces apart, each row ended by a newline. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    rows.reduce((width, row) => Math.max(width, oneLine(row[column] ?? '').length), title.length),
  );
  const line = (cells: readonly string[]) =>
    `${cells
      .map((cell, column) => oneLine(cell).padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()}\n`;
  return [head, ...rows].map(line).join('');
}

/** `name  value` lines; entries without a value are left out. */
export function formatFields(fields: readonly (readonly [name: string, value: string | null])[]): string {
  const shown = fields.filter((field) => field[1] !== null && field[1] !== '');
  const width = shown.reduce((widest, [name]) => Math.max(widest, name.length), 0);
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${oneLine(value ?? '')}\n`).join('');
}

/** `850 ms`, `1.4 s`, `3 min 20 s` */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min${seconds % 60 === 0 ? '' : ` ${seconds % 60} s`}`;
}

/**
 * Text on one line, its control characters written out as `\n`, `\u001b`, …: labels, arguments and messages come from
 * others, and must not move a terminal's cursor.
 */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => SHORT[character] ?? writeOut(character));
}

const SHORT: { readonly [character: string]: string | undefined } = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function writeOut(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A newline when what was printed last ends within a line of the terminal or the file behind stderr, else nothing. */
export function freshLine({ stdout, stderr }: Pick<Shell, 'stdout' | 'stderr'>): string {
  const isShared = stdout.isTerminal && stderr.isTerminal;
  return stderr.atLineStart && (stdout.atLineStart || !isShared) ? '' : '\n';
}

interface PrintedChunk {
  readonly stream: OutputStream;
  readonly text: string;
}

/** Prints chunks in order, each on its own stream of ours. @throws ReaderGoneError */
export async function printChunks(chunks: readonly PrintedChunk[], shell: Pick<Shell, 'stdout' | 'stderr'>) {
  for (const { stream, text } of joinNeighbours(chunks)) {
    await (stream === 'STDERR' ? shell.stderr : shell.stdout).write(text);
  }
}

/** One write for chunks of the same stream that follow each other. */
function joinNeighbours(chunks: readonly PrintedChunk[]): PrintedChunk[] {
  const joined: { stream: OutputStream; text: string }[] = [];
  for (const { stream, text } of chunks) {
    const last = joined.at(-1);
    if (last?.stream === stream) last.text += text;
    else joined.push({ stream, text });
  }
  return joined;
}
