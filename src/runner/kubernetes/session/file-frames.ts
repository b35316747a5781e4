/** Something that a program left, as its launcher tells of it. */
export interface FileEntry {
  readonly path: string;
  /** Null: it cannot be taken, for its problem. */
  readonly bytes: number | null;
  readonly problem: string | null;
}

/** Some of what there is to be told of. */
export interface FilesFrame {
  readonly type: 'files';
  /** The execution's. */
  readonly id: string;
  /** The number of the first of these. */
  readonly from: number;
  /** How many there are in all. */
  readonly total: number;
  readonly entries: readonly FileEntry[];
}

/** A part of a file; without any bytes: it ends there. */
export interface FileFrame {
  readonly type: 'file';
  readonly id: string;
  readonly index: number;
  readonly at: number;
  /** Null: it cannot be read, for its problem. */
  readonly data: Uint8Array | null;
  readonly problem: string | null;
}

/** Characters of a path, and of the name of a problem. A path has up to 512 bytes. */
const PATH_LENGTH = 512;
const PROBLEM = /^[a-z][a-z\d-]{0,31}$/;

type Fields = Readonly<Record<string, unknown>>;

/** Null when anything in it is not as it must be; its id is not looked at. */
export function parseFiles({ id, from, total, entries }: Fields): FilesFrame | null {
  if (typeof id !== 'string' || !isCount(from) || !isCount(total) || !Array.isArray(entries)) return null;
  const parsed = entries.map(parseEntry);
  return parsed.every((entry) => entry !== null) ? { type: 'files', id, from, total, entries: parsed } : null;
}

/** As above. */
export function parseFile({ id, index, at, d, problem }: Fields): FileFrame | null {
  if (typeof id !== 'string' || !isCount(index) || !isCount(at)) return null;
  if (isProblem(problem)) return { type: 'file', id, index, at, data: null, problem };
  if (typeof d !== 'string') return null;
  const data = Buffer.from(d, 'base64');
  const isWhole = data.length === (d.length / 4) * 3 - (d.endsWith('==') ? 2 : d.endsWith('=') ? 1 : 0);
  return isWhole ? { type: 'file', id, index, at, data, problem: null } : null;
}

function parseEntry(value: unknown): FileEntry | null {
  if (typeof value !== 'object' || value === null) return null;
  const { path, bytes, problem } = value as Fields;
  if (typeof path !== 'string' || path.length > PATH_LENGTH || !path.isWellFormed()) return null;
  if (isProblem(problem)) return { path, bytes: null, problem };
  return isCount(bytes) ? { path, bytes, problem: null } : null;
}

function isProblem(value: unknown): value is string {
  return typeof value === 'string' && PROBLEM.test(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
