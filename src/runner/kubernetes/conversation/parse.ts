import type { EndFrame, LauncherState, Ready } from './frames.ts';

/** A launcher's line of PROTOCOL.md, each field checked. */
export type Frame =
  | ({ readonly type: 'ready'; readonly nonce: string } & Ready)
  | { readonly type: 'start'; readonly id: string; readonly at: number }
  | { readonly type: 'refused'; readonly id: string }
  | OutFrame
  | ({ readonly type: 'end' } & EndFrame);

export interface OutFrame {
  readonly type: 'out';
  readonly seq: number;
  readonly stream: 'STDOUT' | 'STDERR';
  readonly at: number;
  readonly text: string;
}

const PROTOCOL = 1;
/** Characters of a nonce, version or id. */
const NAME_LENGTH = 100;
/** The last moment a Date can hold, milliseconds since 1970. */
const LAST_MOMENT = 8.64e15;
const MOST_FIGURE = 1e12;
const CAUSE = /^[a-z][a-z-]{0,31}$/;
const SIGNAL = /^SIG[A-Z0-9+-]{2,16}$/;
const STATES: readonly unknown[] = ['waiting', 'running', 'ended'] satisfies LauncherState[];

/** The frame that a line holds; null when it holds none, or anything in it is not as it must be. */
export function parseFrame(line: string): Frame | null {
  if (line[0] !== '{') return null;
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch {
    return null;
  }
  if (!isRecord(fields)) return null;
  switch (fields['type']) {
    case 'ready':
      return parseReady(fields);
    case 'start':
      return parseStart(fields);
    case 'refused':
      return isName(fields['id']) ? { type: 'refused', id: fields['id'] } : null;
    case 'out':
      return parseOut(fields);
    case 'end':
      return parseEnd(fields);
    default:
      return null;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function parseReady({ nonce, protocol, version, state, id, last }: Fields): Frame | null {
  if (protocol !== PROTOCOL || !isName(nonce) || !isName(version) || !isState(state)) return null;
  if ((id !== null && !isName(id)) || !isCount(last)) return null;
  return { type: 'ready', nonce, version, state, id, last };
}

function parseStart({ id, at }: Fields): Frame | null {
  return isName(id) && isMoment(at) ? { type: 'start', id, at } : null;
}

function parseOut({ n, s, at, d }: Fields): Frame | null {
  if (!isCount(n) || n === 0 || (s !== 1 && s !== 2) || !isMoment(at)) return null;
  if (typeof d !== 'string' || d === '' || !d.isWellFormed()) return null;
  return { type: 'out', seq: n, stream: s === 1 ? 'STDOUT' : 'STDERR', at, text: d };
}

function parseEnd(fields: Fields): Frame | null {
  const { last, cause, exitCode, signal, wallMs, cpuMs, maxMemoryMb, truncated } = fields;
  if (!isCount(last) || typeof cause !== 'string' || !CAUSE.test(cause)) return null;
  if (typeof truncated !== 'boolean') return null;
  if (!isFigure(wallMs) || !isFigure(cpuMs) || !isFigure(maxMemoryMb)) return null;
  const figures = { wallMs, cpuMs, maxMemoryMb, truncated };
  if (cause === 'exit') {
    if (!isCount(exitCode) || exitCode > 255 || signal !== null) return null;
    return { type: 'end', last, cause, exitCode, signal, ...figures };
  }
  if (cause === 'signal') {
    if (exitCode !== null || typeof signal !== 'string' || !SIGNAL.test(signal)) return null;
    return { type: 'end', last, cause, exitCode, signal, ...figures };
  }
  if (exitCode !== null || signal !== null) return null;
  return { type: 'end', last, cause, exitCode, signal, ...figures };
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= NAME_LENGTH && value.isWellFormed();
}

function isState(value: unknown): value is LauncherState {
  return STATES.includes(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isMoment(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= LAST_MOMENT;
}

function isFigure(value: unknown): value is number | null {
  return value === null || (typeof value === 'number' && value >= 0 && value <= MOST_FIGURE);
}
