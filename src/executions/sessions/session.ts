import type { Label, Limits, RunnerInfo } from '../execution.ts';

/**
 * The record of one session: a sandbox that a caller keeps, in which its executions run one after the other. Plain data,
 * times in milliseconds since 1970 (UTC).
 */

export const SESSION_STATUSES = ['STARTING', 'IDLE', 'BUSY', 'ENDED'] as const;
export type SessionStatus = (typeof SESSION_STATUSES)[number];

export const SESSION_END_REASONS = [
  'CLOSED',
  'IDLE_TIMEOUT',
  'LIFETIME',
  'OUT_OF_MEMORY',
  'LOST',
  'UNSCHEDULABLE',
  'IMAGE_UNAVAILABLE',
] as const;
export type SessionEndReason = (typeof SESSION_END_REASONS)[number];

export interface Session {
  /** UUIDv7, lower case. */
  readonly id: string;
  /** `anonymous` or `key:<name>`. */
  readonly caller: string;
  /** As an execution's; unique over all sessions. */
  readonly uniqueKey: string;
  /** What a repeated idempotency key is compared by; null without a key. */
  readonly inputHash: string | null;

  readonly status: SessionStatus;
  readonly endReason: SessionEndReason | null;
  /** One sentence for a person: how it ended, unless its caller ended it. */
  readonly message: string | null;

  readonly language: string;
  /** `memoryMb` and `cpuMillis` are of the whole sandbox; the others what its executions have by default. */
  readonly limits: Limits;
  readonly labels: readonly Label[];
  /** It ends when nothing has run in it for this long. */
  readonly idleTimeoutMs: number;
  /** It ends this long after its creation, whatever runs in it. */
  readonly lifetimeMs: number;

  readonly createdAt: number;
  /** When it was created, or an execution in it last began or ended. */
  readonly lastUsedAt: number;
  /** When a wish to end it was recorded. */
  readonly endRequestedAt: number | null;
  readonly endedAt: number | null;

  /** In the order of their first use. */
  readonly contexts: readonly SessionContext[];
  /** Null until its sandbox stands. */
  readonly runner: RunnerInfo | null;
  /** The process that holds its sandbox; null when it was released, so that another can adopt it. */
  readonly owner: string | null;
  /** Fencing token, as an execution's: 1 at its creation, raised by each adoption. 0 in records of servers before it was there. */
  readonly epoch: number;
}

/** A named interpreter, whose variables stay from one execution to the next. */
export interface SessionContext {
  readonly name: string;
  /** Executions that ran in it. */
  readonly executionCount: number;
  /** Whether its interpreter had to be killed, or died, so that the next execution finds a new one. */
  readonly stateLost: boolean;
}

/** The fields that may change after creation. */
export type SessionChange = Partial<
  Pick<
    Session,
    | 'status'
    | 'endReason'
    | 'message'
    | 'lastUsedAt'
    | 'endRequestedAt'
    | 'endedAt'
    | 'contexts'
    | 'runner'
    | 'owner'
    | 'epoch'
  >
>;

export function hasSessionEnded({ status }: Pick<Session, 'status'>): boolean {
  return status === 'ENDED';
}

/** When it ends unless something runs in it until then; while something does, when it ends in any case. Null once ended. */
export function expiresAt(session: Session): number | null {
  const { status, createdAt, lifetimeMs, lastUsedAt, idleTimeoutMs } = session;
  if (status === 'ENDED') return null;
  const last = createdAt + lifetimeMs;
  return status === 'IDLE' ? Math.min(last, lastUsedAt + idleTimeoutMs) : last;
}
