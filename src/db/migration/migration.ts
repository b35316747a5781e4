import { createHash } from 'node:crypto';
import type { Execution } from '../../executions/execution.ts';
import type { Session } from '../../executions/sessions/session.ts';
import type { Store } from '../../executions/store.ts';
import { sorted } from './checksum.ts';
import { type Copied, copyExecution, NotMovedError } from './copy.ts';

/** How far a migration has come, and what came of it in the end. */
export interface Progress {
  readonly executions: number;
  readonly sessions: number;
  /** Of those, how many the target had before. */
  readonly present: number;
  readonly chunks: number;
  /** UTF-8 bytes of text. */
  readonly bytes: number;
  /** How many could not be moved, sessions among them. */
  readonly failed: number;
}

export interface Migrated extends Progress {
  /** SHA-256 over the checksums of all executions in the order of their ids; what was read and what was written. */
  readonly checksum: string;
}

export interface MigrationEvents {
  progress(progress: Progress): void;
  /** One execution or session was left out; the others are gone on with. */
  failed(id: string, reason: string): void;
}

/** Records hold programs of up to a mebibyte. */
const PAGE = 50;
/** Executions copied side by side: each waits for its store most of the time. */
const AT_ONCE = 8;

/**
 * Copies every session's record and every execution of one store into another, with the input of what is queued, with all output and files, and verifies
 * each. Nobody else may use either store meanwhile. What is there already is verified and left; so a migration that was
 * cut is gone on with by doing it again.
 * @throws StoreUnavailableError when a store is away
 */
export async function migrate(source: Store, target: Store, events: MigrationEvents): Promise<Migrated> {
  const moved = await copySessions(source, target, (id, reason) => events.failed(id, reason));
  const sum = { executions: 0, present: 0, chunks: 0, bytes: 0, ...moved };
  const checksum = createHash('sha256');
  for (let after = ''; ; ) {
    const page = await source.scanExecutions({ after, limit: PAGE });
    const digests = await eachOf(page, async (execution) => {
      const copied = await copyOrTell(source, target, execution, events);
      if (!copied) {
        sum.failed++;
        return null;
      }
      sum.executions++;
      sum.chunks += copied.chunks;
      sum.bytes += copied.bytes;
      if (copied.wasThere) sum.present++;
      events.progress(sum);
      return copied.digest;
    });
    for (const digest of digests) if (digest !== null) checksum.update(digest);
    const last = page.at(-1);
    if (!last) return { ...sum, checksum: checksum.digest('hex') };
    after = last.id;
  }
}

async function copyOrTell(
  source: Store,
  target: Store,
  execution: Execution,
  events: MigrationEvents,
): Promise<Copied | null> {
  try {
    return await copyExecution(source, target, execution);
  } catch (error) {
    if (!(error instanceof NotMovedError)) throw error;
    events.failed(execution.id, error.message);
    return null;
  }
}

/** Some at once; the results in the order of `all`. */
async function eachOf<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = all.entries();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const [index, one] of left) results[index] = await work(one);
    }),
  );
  return results;
}

const SESSIONS_PAGE = 100;

/**
 * Copies the records of all sessions; one that is there already is verified and left.
 * @param failed called for one that could not be moved, with why, in one sentence
 * @returns how many the target has now, and how many could not be moved
 * @throws StoreUnavailableError
 */
async function copySessions(
  source: Store,
  target: Store,
  failed: (id: string, reason: string) => void,
): Promise<{ sessions: number; failed: number }> {
  const sum = { sessions: 0, failed: 0 };
  for (let after = ''; ; ) {
    const page = await source.sessions.scanSessions({ after, limit: SESSIONS_PAGE });
    for (const session of page) {
      const reason = await copySession(target, session);
      if (reason === null) sum.sessions++;
      else {
        sum.failed++;
        failed(session.id, reason);
      }
    }
    const last = page.at(-1);
    if (!last) return sum;
    after = last.id;
  }
}

/** Null once it is there as it was; else why it is not. */
async function copySession(target: Store, session: Session): Promise<string | null> {
  const { session: holder } = await target.sessions.createSession(session);
  if (holder.id !== session.id) return `its idempotency key belongs to session ${holder.id} in the target`;
  const stored = await target.sessions.getSession(session.id);
  if (stored !== null && JSON.stringify(sorted(stored)) === JSON.stringify(sorted(session))) return null;
  return 'the target has it too, and differently: it has been used since it was copied';
}
