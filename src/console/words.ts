import type { EndReason, ExecutionStatus, SessionEndReason, SessionStatus } from './generated/graphql.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

/** What the end of an execution is told from. */
interface Ending {
  readonly status: ExecutionStatus;
  readonly endReason?: EndReason | null;
  readonly exitCode?: number | null;
  readonly signal?: string | null;
}

const STATUSES: { readonly [status in ExecutionStatus]: string } = {
  QUEUED: 'Queued',
  STARTING: 'Starting',
  RUNNING: 'Running',
  SUCCEEDED: 'Succeeded',
  FAILED: 'Failed',
  CANCELLED: 'Cancelled',
};

/** A status as a word. */
export function statusWord(status: ExecutionStatus): string {
  return STATUSES[status];
}

/** Every status, in the order of an execution's life. */
export const ALL_STATUSES = Object.keys(STATUSES) as ExecutionStatus[];

/** Whether nothing changes any more. */
export function hasEnded(status: ExecutionStatus): boolean {
  return status === 'SUCCEEDED' || status === 'FAILED' || status === 'CANCELLED';
}

/** Why it ended, in words; null while it has not. */
export function reasonWords({ endReason, exitCode, signal }: Ending): string | null {
  switch (endReason) {
    case 'EXITED':
      return `exit code ${exitCode ?? 'unknown'}`;
    case 'SIGNALLED':
      return `ended by ${signal ?? 'a signal'}`;
    case 'TIMED_OUT':
      return 'time limit reached';
    case 'OUT_OF_MEMORY':
      return 'out of memory';
    case 'OUTPUT_LIMIT':
      return 'output limit reached';
    case 'CANCELLED':
      return null;
    case 'EVICTED':
      return 'evicted by the cluster';
    case 'IMAGE_UNAVAILABLE':
      return 'image not available';
    case 'UNSCHEDULABLE':
      return 'no room in the cluster';
    case 'INTERRUPTED':
      return 'its server, pod or node was lost';
    case 'COMPILE_FAILED':
      return 'it does not compile';
    case 'SESSION_ENDED':
      return 'its session ended';
    default:
      return null;
  }
}

const SESSION_STATUSES: { readonly [status in SessionStatus]: string } = {
  STARTING: 'Starting',
  IDLE: 'Idle',
  BUSY: 'Busy',
  ENDED: 'Ended',
};

/** The status of a session as a word. */
export function sessionStatusWord(status: SessionStatus): string {
  return SESSION_STATUSES[status];
}

const SESSION_ENDS: { readonly [reason in SessionEndReason]: string } = {
  CLOSED: 'ended by its caller',
  IDLE_TIMEOUT: 'idle for too long',
  LIFETIME: 'its lifetime is over',
  OUT_OF_MEMORY: 'out of memory',
  LOST: 'its sandbox was lost',
  UNSCHEDULABLE: 'no room in the cluster',
  IMAGE_UNAVAILABLE: 'image not available',
};

/** Why a session ended, in words; null while it has not. */
export function sessionEndWords(reason: SessionEndReason | null): string | null {
  return reason === null ? null : SESSION_ENDS[reason];
}

/** Where an execution runs in its session. */
export function contextWords(context: string | null): string {
  return context === null ? 'a fresh process' : `context ${context}`;
}

/** What is left of a time, in whole seconds: `42 s`, `9 min 42 s`, `10 min`, `2 h 3 min`. */
export function remaining(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return seconds < 60 ? `${seconds} s` : duration(seconds * 1000).replace(/ 0 (?:s|min)$/, '');
}

/** A time as people say it: `0.42 s`, `12.3 s`, `4 min 5 s`, `2 h 3 min`. */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(2)} s`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.floor(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** Bytes with the largest unit that leaves a number: `512 B`, `10 KiB`, `1.5 MiB`. */
export function bytes(count: number): string {
  if (count < KiB) return `${count} B`;
  const [value, unit] = count < MiB ? [count / KiB, 'KiB'] : [count / MiB, 'MiB'];
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${unit}`;
}

/** A moment in the reader's own time and manner. */
export function moment(iso: string): string {
  return new Date(iso).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}

/** Names that are more than a capital letter. */
const LANGUAGES: { readonly [name: string]: string | undefined } = {
  javascript: 'JavaScript',
  typescript: 'TypeScript',
  cpp: 'C++',
  php: 'PHP',
  sqlite: 'SQLite',
};

/** A name with a capital letter, as languages are called. */
export function languageWord(language: string): string {
  return LANGUAGES[language] ?? language.charAt(0).toUpperCase() + language.slice(1);
}
