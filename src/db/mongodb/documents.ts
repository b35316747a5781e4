import type { Binary, Filter } from 'mongodb';
import {
  EXECUTION_STATUSES,
  type Execution,
  type ExecutionChange,
  type ExecutionStatus,
  type Label,
  NO_FILES,
  NO_OPEN_STDIN,
  NOT_IN_SESSION,
} from '../../executions/execution.ts';
import type { Display, OutputStream } from '../../executions/output/chunk.ts';
import type { Session } from '../../executions/sessions/session.ts';

/**
 * Version of the documents this process writes. A replica also reads those of its neighbours, one version older or
 * newer: a change of version therefore only adds fields, and leaves the rest to the version after it.
 */
export const DOCUMENT_VERSION = 1;

/** Stands in `status` of an execution that is being removed: no list, filter or look-up of a status finds it. */
export const TOMBSTONE = 'TOMBSTONE';

/**
 * Stands in `status` of an execution that is queued in a session, in place of `QUEUED`: so the index over `status` has the
 * queue of each session apart, and that of all others without them.
 */
export function queuedInSession<Id extends string>(sessionId: Id): `QUEUED:${Id}` {
  return `QUEUED:${sessionId}`;
}

/** The session in whose queue an execution with this stored status waits; null when it waits in none. */
export function sessionOfStatus(status: string): string | null {
  return status.startsWith(queuedInSession('')) ? status.slice(queuedInSession('').length) : null;
}

/** One of these statuses: where that includes `QUEUED`, whether in a session or not. For documents that `_id` finds. */
export function statusIn(
  statuses: readonly ExecutionStatus[],
): NonNullable<Filter<ExecutionDocument>['status']> {
  if (!statuses.includes('QUEUED')) return { $in: [...statuses] };
  return { $nin: [TOMBSTONE, ...EXECUTION_STATUSES.filter((status) => !statuses.includes(status))] };
}

/** The range of the statuses of what is queued in sessions. */
export const IN_SESSION_QUEUES = { $gt: queuedInSession(''), $lt: queuedInSession('g') };

/** The fields that are dates in documents, so that a person and MongoDB's own tools can read them. */
type TimeName = 'createdAt' | 'startedAt' | 'finishedAt' | 'cancelRequestedAt';

/** In `executions`. */
export interface ExecutionDocument extends Omit<Execution, 'id' | 'status' | 'labels' | TimeName> {
  readonly _id: string;
  readonly v: number;
  readonly status: ExecutionStatus | typeof TOMBSTONE | ReturnType<typeof queuedInSession>;
  /** `name=value`; a name holds no `=`. */
  readonly labels: readonly string[];
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly cancelRequestedAt: Date | null;
  /** `empty`: there, and nothing in it; `apart`: in `payloads`, as long as it is there; `erased`: it was empty. */
  readonly payload: 'empty' | 'apart' | 'erased';
  /** Writes to stdin that the program has not read, in order; left out of reads of the record (`RECORD`). */
  readonly stdinWrites?: readonly StdinWriteDocument[];
  /** How many those are. */
  readonly stdinWriteCount?: number;
}

export interface StdinWriteDocument {
  readonly offset: number;
  readonly data: Binary;
}

/** The projection of a record: all but what other operations read. */
export const RECORD = { stdinWrites: 0, stdinWriteCount: 0 } as const;

/** In `payloads`, under the execution's id. */
export interface PayloadDocument {
  readonly _id: string;
  readonly v: number;
  readonly stdin: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly files: readonly { readonly path: string; readonly content: Binary }[];
}

/** In `output`: one chunk, under the execution's id and the chunk's number. */
export interface ChunkDocument {
  readonly _id: string;
  readonly v: number;
  readonly stream: OutputStream;
  readonly text: string;
  /** UTF-8 bytes of the text. */
  readonly bytes: number;
  readonly at: Date;
  /** Of a `DISPLAY` chunk: what is displayed, and its bytes. */
  readonly display?: Display;
  readonly displayBytes?: number;
}

/** In `sessions`, under the session's id. */
export interface SessionDocument
  extends Omit<Session, 'id' | 'epoch' | 'createdAt' | 'lastUsedAt' | 'endRequestedAt' | 'endedAt'> {
  readonly _id: string;
  /** Not there in documents of servers before it was. */
  readonly epoch?: number;
  readonly v: number;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly endRequestedAt: Date | null;
  readonly endedAt: Date | null;
}

/** In `filePieces`: a piece of a file that a program left, under the execution's id and the SHA-256 of its bytes. */
export interface FilePieceDocument {
  readonly _id: string;
  readonly v: number;
  readonly data: Binary;
}

/** In `processes`, under the process's id. */
export interface ProcessDocument {
  readonly _id: string;
  readonly v: number;
  /** How often its heartbeat was raised. The name is the first version's: servers of two versions read each other's. */
  readonly beats: number;
}

/** In `meta`: the maximum distance between an id's time and createdAt (`skew`), and what `ping` writes (`ping`). */
export type MetaDocument =
  | { readonly _id: 'skew'; readonly v: number; readonly ms: number }
  | { readonly _id: 'ping'; readonly v: number; readonly at: Date };

export function encodeExecution(
  { id, status, labels, createdAt, startedAt, finishedAt, cancelRequestedAt, ...same }: Execution,
  payload: ExecutionDocument['payload'],
): ExecutionDocument {
  return {
    ...same,
    _id: id,
    v: DOCUMENT_VERSION,
    status: status === 'QUEUED' && same.sessionId !== null ? queuedInSession(same.sessionId) : status,
    labels: labels.map(encodeLabel),
    createdAt: new Date(createdAt),
    startedAt: toDate(startedAt),
    finishedAt: toDate(finishedAt),
    cancelRequestedAt: toDate(cancelRequestedAt),
    payload,
  };
}

/** @throws Error when the document is of a version that this process cannot read */
export function decodeExecution(document: ExecutionDocument): Execution {
  const {
    _id,
    v,
    labels,
    createdAt,
    startedAt,
    finishedAt,
    cancelRequestedAt,
    status,
    payload,
    stdinWrites,
    stdinWriteCount,
    ...same
  } = document;
  if (status === TOMBSTONE) throw new Error(`Execution ${_id} is a tombstone; expected a record`);
  if (Math.abs(v - DOCUMENT_VERSION) > 1) {
    throw new Error(
      `Execution ${_id} has version ${v}; expected ${DOCUMENT_VERSION - 1} to ${DOCUMENT_VERSION + 1}`,
    );
  }
  return {
    ...NO_OPEN_STDIN,
    ...NOT_IN_SESSION,
    ...NO_FILES,
    ...same,
    id: _id,
    status: decodeStatus(status),
    labels: labels.map(decodeLabel),
    createdAt: createdAt.getTime(),
    startedAt: toTime(startedAt),
    finishedAt: toTime(finishedAt),
    cancelRequestedAt: toTime(cancelRequestedAt),
  };
}

/** The status of a document that is no tombstone. */
export function decodeStatus(
  status: Exclude<ExecutionDocument['status'], typeof TOMBSTONE>,
): ExecutionStatus {
  return sessionOfStatus(status) === null ? (status as ExecutionStatus) : 'QUEUED';
}

export function encodeLabel({ name, value }: Label): string {
  return `${name}=${value}`;
}

function decodeLabel(text: string): Label {
  const at = text.indexOf('=');
  return { name: text.slice(0, at), value: text.slice(at + 1) };
}

/** What `$set` gets; fields that are undefined are left as they are. */
export function encodeChange({
  startedAt,
  finishedAt,
  cancelRequestedAt,
  ...same
}: ExecutionChange): Partial<ExecutionDocument> {
  const times = Object.entries({ startedAt, finishedAt, cancelRequestedAt }).map(
    ([name, time]) => [name, time === undefined ? undefined : toDate(time)] as const,
  );
  const all = [...Object.entries(same), ...times];
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

function toDate(time: number | null): Date | null {
  return time === null ? null : new Date(time);
}

export function toTime(date: Date | null): number | null {
  return date === null ? null : date.getTime();
}

/** The latest time that a date can hold, milliseconds; the earliest is its negative. */
const MAX_TIME = 8_640_000_000_000_000;

/** A bound of a search as a date; one beyond all dates becomes the last of them. */
export function toBound(time: number): Date {
  return new Date(Math.max(-MAX_TIME, Math.min(MAX_TIME, time)));
}
