import { type FileFrame, type FilesFrame, parseFile, parseFiles } from './file-frames.ts';

export type LauncherState = 'waiting' | 'running' | 'ended';

/** What a launcher reports of itself when it is probed. */
export interface Ready {
  /** The interpreter's version. */
  readonly version: string;
  readonly state: LauncherState;
  /** Of the execution it was given; null while it waits. */
  readonly id: string | null;
  /** The highest chunk number given so far. */
  readonly last: number;
  /** Of a program whose stdin stays open; else null. */
  readonly stdin: LauncherStdin | null;
  /** A message for the server's operator about its interpreter; null: nothing to report. */
  readonly notice: string | null;
  /** Of one that is a session's; not there in any other. */
  readonly held?: LauncherHeld;
}

/** What a launcher that serves run after run reports of its session. */
export interface LauncherHeld {
  readonly session: string;
  /** The highest epoch it has seen. */
  readonly epoch: number;
  /** The run that it took last: 1, 2, 3, …; 0 before the first. `state`, `id`, `last` and `stdin` are of it. */
  readonly run: number;
  /** Whether the session used more memory than it may, so that nothing is run any more. */
  readonly isOutOfMemory: boolean;
}

/** How far a launcher is with a stdin that stays open, as offsets. */
export interface LauncherStdin {
  /** What comes next. */
  readonly next: number;
  /** What the program's pipe has taken. */
  readonly taken: number;
}

export interface EndFrame {
  /** Number of the last chunk; 0 when there is none. */
  readonly last: number;
  readonly cause: string;
  /** Set when `cause` is `exit`. */
  readonly exitCode: number | null;
  /** Set when `cause` is `signal`: `SIGSEGV`. */
  readonly signal: string | null;
  readonly wallMs: number | null;
  readonly cpuMs: number | null;
  readonly maxMemoryMb: number | null;
  /** Whether output was dropped at the output limit. */
  readonly truncated: boolean;
  /** The compile step before it; null without one. */
  readonly compile: CompileFrame | null;
  /**
   * How many files, and others that cannot be taken, there are to be told of; null: not known yet, undefined: its launcher
   * looks for none.
   */
  readonly files?: number | null;
  /** In a session: whether the interpreter of its context was lost, or had been before it. */
  readonly stateLost?: boolean;
}

export interface CompileFrame {
  /** The compiler's; null when it was ended. */
  readonly exitCode: number | null;
  readonly durationMs: number;
  /** What it had too much of; null: nothing. */
  readonly problem: 'time' | 'memory' | 'output' | null;
}

/** A launcher's line of PROTOCOL.md, each field checked. */
export type Frame =
  | ({ readonly type: 'ready'; readonly nonce: string } & Ready)
  | ({ readonly type: 'start'; readonly id: string; readonly at: number } & OfRun)
  | { readonly type: 'refused'; readonly id: string }
  | { readonly type: 'session'; readonly id: string; readonly problem: string | null }
  | ({ readonly type: 'stdin'; readonly taken: number } & OfRun)
  | OutFrame
  | FilesFrame
  | FileFrame
  | ({ readonly type: 'end' } & EndFrame & OfRun);

/** Which of a session's runs it is of; not there where the launcher serves one program. */
interface OfRun {
  readonly run?: number;
}

interface OutFrame extends OfRun {
  readonly type: 'out';
  readonly seq: number;
  readonly stream: 'STDOUT' | 'STDERR' | 'DISPLAY';
  readonly at: number;
  /** Of a display: a piece of its JSON. */
  readonly text: string;
  /** Of a display. */
  readonly piece?: { readonly index: number; readonly isLast: boolean };
}

/** The frames of a program: `start`, `out` 1, 2, 3, …, `end`. */
export type ProgramFrame = Extract<Frame, { type: 'start' | 'out' | 'end' }>;

const PROTOCOL = 1;
/** Characters of a nonce, version or id. */
const NAME_LENGTH = 100;
/** Characters of a notice. */
const NOTICE_LENGTH = 500;
/** The last moment that a Date can hold, milliseconds since 1970. */
const MAX_MOMENT = 8.64e15;
const MAX_FIGURE = 1e12;
const CAUSE = /^[a-z][a-z-]{0,31}$/;
const STATES: readonly unknown[] = ['waiting', 'running', 'ended'] satisfies LauncherState[];
/** Linux's signals by number, with the other names that some have: whatever can end a launcher's child is among them. */
const SIGNAL_NAMES =
  'HUP INT QUIT ILL TRAP ABRT IOT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CLD CONT STOP TSTP TTIN TTOU ' +
  'URG XCPU XFSZ VTALRM PROF WINCH IO POLL PWR SYS UNUSED';
const SIGNALS: ReadonlySet<string> = new Set(SIGNAL_NAMES.split(' ').map((name) => `SIG${name}`));

/** Real-time ones: by number, or counted from either end. */
const REAL_TIME_SIGNAL = /^SIG(3[2-9]|[45]\d|6[0-4]|RTMIN(\+([1-9]|[12]\d|30))?|RTMAX(-([1-9]|[12]\d|30))?)$/;

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
    case 'session':
      return parseSession(fields);
    case 'stdin':
      return isCount(fields['taken']) ? { type: 'stdin', taken: fields['taken'], ...runOf(fields) } : null;
    case 'out':
      return parseOut(fields);
    case 'end':
      return parseEnd(fields);
    case 'files':
      return parseFiles(fields);
    case 'file':
      return parseFile(fields);
    default:
      return null;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function parseReady({ nonce, protocol, version, state, id, last, ...more }: Fields): Frame | null {
  const { stdin = null, notice = null } = more;
  if (protocol !== PROTOCOL || !isName(nonce) || !isName(version) || !isState(state)) return null;
  if ((id !== null && !isName(id)) || !isCount(last) || !isNotice(notice)) return null;
  if (stdin !== null && !isStdin(stdin)) return null;
  const ready = { nonce, version, state, id, last, stdin, notice };
  const { session, epoch, run, lost } = more;
  if (session === undefined) return { type: 'ready', ...ready };
  if (!isName(session) || !isCount(epoch) || !isCount(run)) return null;
  return { type: 'ready', ...ready, held: { session, epoch, run, isOutOfMemory: lost === 'memory' } };
}

/** The number of the run that a frame bears. */
function runOf({ r }: Fields): OfRun {
  return isCount(r) && r > 0 ? { run: r } : {};
}

function parseSession({ id, problem = null }: Fields): Frame | null {
  return isName(id) && isNotice(problem) ? { type: 'session', id, problem } : null;
}

function parseStart(fields: Fields): Frame | null {
  const { id, at } = fields;
  return isName(id) && isMoment(at) ? { type: 'start', id, at, ...runOf(fields) } : null;
}

const STREAMS: readonly unknown[] = [null, 'STDOUT', 'STDERR', 'DISPLAY'];

function parseOut(fields: Fields): Frame | null {
  const { n, s, at, d, i = 0, more = false } = fields;
  if (!isCount(n) || n === 0 || (s !== 1 && s !== 2 && s !== 3) || !isMoment(at)) return null;
  if (typeof d !== 'string' || d === '' || !d.isWellFormed()) return null;
  const stream = STREAMS[s] as OutFrame['stream'];
  const out = { type: 'out', seq: n, stream, at, text: d, ...runOf(fields) } as const;
  if (stream !== 'DISPLAY') return out;
  return isCount(i) && typeof more === 'boolean' ? { ...out, piece: { index: i, isLast: !more } } : null;
}

function parseEnd(fields: Fields): Frame | null {
  const { last, cause, exitCode, signal, wallMs, cpuMs, maxMemoryMb, truncated, files } = fields;
  const compile = parseCompile(fields['compile']);
  if (compile === undefined) return null;
  if (!isCount(last) || typeof cause !== 'string' || !CAUSE.test(cause)) return null;
  if (typeof truncated !== 'boolean') return null;
  if (files !== undefined && files !== null && !isCount(files)) return null;
  if (!isFigure(wallMs) || !isFigure(cpuMs) || !isFigure(maxMemoryMb)) return null;
  const { stateLost } = fields;
  const more = {
    ...(files !== undefined && { files }),
    ...(typeof stateLost === 'boolean' && { stateLost }),
    ...runOf(fields),
  };
  const figures = { wallMs, cpuMs, maxMemoryMb, truncated, compile, ...more };
  if (cause === 'exit') {
    if (!isCount(exitCode) || exitCode > 255 || signal !== null) return null;
    return { type: 'end', last, cause, exitCode, signal, ...figures };
  }
  if (cause === 'signal') {
    if (exitCode !== null || typeof signal !== 'string' || !isSignal(signal)) return null;
    return { type: 'end', last, cause, exitCode, signal, ...figures };
  }
  if (exitCode !== null || signal !== null) return null;
  return { type: 'end', last, cause, exitCode, signal, ...figures };
}

const PROBLEMS: readonly unknown[] = ['time', 'memory', 'output', null];

/** Undefined when it is not as it must be. */
function parseCompile(value: unknown): CompileFrame | null | undefined {
  if (value === undefined) return null;
  if (!isRecord(value)) return undefined;
  const { exitCode, durationMs, problem } = value;
  if (exitCode !== null && (!isCount(exitCode) || exitCode > 255)) return undefined;
  if (!isFigure(durationMs) || durationMs === null || !PROBLEMS.includes(problem)) return undefined;
  return { exitCode, durationMs, problem: problem as CompileFrame['problem'] };
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= NAME_LENGTH && value.isWellFormed();
}

function isNotice(value: unknown): value is string | null {
  return (
    value === null || (typeof value === 'string' && value.length <= NOTICE_LENGTH && value.isWellFormed())
  );
}

function isStdin(value: unknown): value is LauncherStdin {
  return isRecord(value) && isCount(value['next']) && isCount(value['taken']);
}

function isState(value: unknown): value is LauncherState {
  return STATES.includes(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isMoment(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MAX_MOMENT;
}

function isFigure(value: unknown): value is number | null {
  return value === null || (typeof value === 'number' && value >= 0 && value <= MAX_FIGURE);
}

/** Whether there is a signal of that name. */
function isSignal(name: string): boolean {
  return SIGNALS.has(name) || REAL_TIME_SIGNAL.test(name);
}
