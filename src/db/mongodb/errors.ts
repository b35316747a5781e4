import {
  MongoBulkWriteError,
  MongoError,
  MongoErrorLabel,
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  type TopologyDescription,
} from 'mongodb';
import { withTimeout } from '../../async/timeout.ts';
import { StoreUnavailableError } from '../../executions/errors.ts';

const DUPLICATE_KEY = 11000;

/**
 * Settles as `work` does, at the time limit with a `StoreUnavailableError`.
 * @param onTimeout called then
 */
export function responseWithin<T>(ms: number, work: Promise<T>, onTimeout?: () => void): Promise<T> {
  return withTimeout(ms, work, () => {
    onTimeout?.();
    return new StoreUnavailableError('The database did not answer in time.');
  });
}

/** A response of the server with this code (https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml). */
export function isServerError(error: unknown, code: number): boolean {
  return error instanceof MongoServerError && error.code === code;
}

export function isDuplicateKey(error: unknown): boolean {
  return isServerError(error, DUPLICATE_KEY);
}

/** Whether a batch failed for nothing but documents that were there already: all others are stored, by a majority. */
export function hasOnlyDuplicates(error: unknown): boolean {
  if (!(error instanceof MongoBulkWriteError)) return false;
  const { length } = bulkCodes(error);
  return length > 0 && bulkCodes(error).every((code) => code === DUPLICATE_KEY);
}

/** Of two upserts of one document at the same time one may find it made by the other. */
export async function againOnDuplicate<T>(upsert: () => Promise<T>): Promise<T> {
  try {
    return await upsert();
  } catch (error) {
    if (isDuplicateKey(error)) return upsert();
    throw error;
  }
}

/** `StoreUnavailableError` with a sentence of ours for what may pass or be put right; anything else as it is. */
export function toStoreError(error: unknown, usesTls: boolean): unknown {
  if (error instanceof StoreUnavailableError) return error;
  const failure = firstFailure(error);
  const message = describeError(failure, usesTls);
  return message === null ? failure : new StoreUnavailableError(message, { cause: error });
}

/**
 * Of a batch what ended it in its middle (a connection that was cut), else the first failure that is no duplicate. The
 * batch's own error holds the documents, which are not to reach a log.
 */
function firstFailure(error: unknown): unknown {
  if (!(error instanceof MongoBulkWriteError)) return error;
  if (error.errorResponse instanceof Error) return error.errorResponse;
  const code = bulkCodes(error).find((one) => one !== DUPLICATE_KEY);
  return code === undefined ? error : new MongoServerError({ code, message: error.message });
}

function bulkCodes(error: MongoBulkWriteError): number[] {
  const codes = [error.writeErrors].flat().map((writeError) => writeError.code);
  const concern = error.result.getWriteConcernError();
  if (concern?.code !== undefined) codes.push(concern.code);
  return codes.length === 0 && typeof error.code === 'number' ? [error.code] : codes;
}

/** What the driver knows of the servers: which there are, and what went wrong with each. */
export type Servers = Pick<TopologyDescription, 'type' | 'servers'>;

const NO_PRIMARY = 'The database has no primary at the moment; expected one to be elected within seconds.';
const NO_MAJORITY = 'The database could not confirm a write by a majority of its members in time.';
const BUSY = 'The database did not answer in time.';
const UNREACHABLE = 'The database cannot be reached.';
const NAME_SERVICE = 'The name service does not answer for the host name in MONGODB_URI.';

/** Codes of the server's responses for conditions that are transient, or that someone can put right while the service runs. */
const SERVER: ReadonlyMap<number, string> = new Map([
  [18, 'The database refuses the user name or the password in MONGODB_URI.'],
  // Atlas has one code for all it refuses by itself: credentials, rights, a full cluster.
  [8000, 'Atlas refuses the request: check user name, password, rights and the space left in the cluster.'],
  [13, 'The database user lacks rights: it needs the role readWrite on the database that Podline uses.'],
  [14031, 'The database cannot be written: its disk is full.'],
  [85, 'The database has an index of ours with other options: drop it, and it is made anew.'],
  [86, 'The database has an index under the name of one of ours: drop it, and ours is made.'],
  ...[64, 79, 100].map((code) => [code, NO_MAJORITY] as const),
  ...[91, 133, 189, 10058, 10107, 11600, 11602, 13435, 13436].map((code) => [code, NO_PRIMARY] as const),
  // 43 and 237: a cursor that was closed on the server's side, by an election for one.
  ...[24, 43, 50, 89, 112, 134, 202, 237, 262, 365, 462, 11601].map((code) => [code, BUSY] as const),
  ...[6, 7, 9001].map((code) => [code, UNREACHABLE] as const),
]);

/** Codes of sockets and of the name service. */
const SYSTEM: ReadonlyMap<string, string> = new Map([
  ['ENOTFOUND', 'The host name in MONGODB_URI is not known to the name service.'],
  ['ENODATA', 'The host name in MONGODB_URI is not known to the name service.'],
  // Of SRV records the driver throws what Node's resolver says, in its words.
  ...['EAI_AGAIN', 'ETIMEOUT', 'ESERVFAIL', 'EREFUSED'].map((code) => [code, NAME_SERVICE] as const),
  ['ECONNREFUSED', 'Nothing listens at the host and port in MONGODB_URI.'],
  ['EHOSTUNREACH', UNREACHABLE],
  ['ENETUNREACH', UNREACHABLE],
  ['ETIMEDOUT', BUSY],
  ['ENOENT', 'A file that MONGODB_URI names for TLS cannot be read.'],
  ['EACCES', 'A file that MONGODB_URI names for TLS cannot be read.'],
]);

/** How OpenSSL and Node begin the codes of what is wrong in a handshake, and those that are about a certificate. */
const TLS = /^(ERR_SSL_|ERR_TLS_|EPROTO$)/;
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_/;

/**
 * One sentence for what made the store unavailable; null for any other error. Sentences reach clients, so they hold
 * nothing of the URI: no host, no user, no password.
 * @param usesTls distinguishes a handshake that was cut from another connection that was
 */
function describeError(error: unknown, usesTls: boolean): string | null {
  for (let one = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth++) {
    if (one instanceof MongoServerSelectionError && isServers(one.reason)) {
      return describeServers(one.reason, usesTls);
    }
    const message = describeCode(one);
    if (message !== null) return message;
  }
  return describeClass(error, usesTls);
}

/** Why none of the servers can be used. */
export function describeServers({ type, servers }: Servers, usesTls: boolean): string {
  for (const { error } of servers.values()) {
    const message = error && describeError(error, false);
    if (error && usesTls && isCut(error)) return HANDSHAKE_CUT;
    if (message) return message;
  }
  if (servers.size === 0) return 'No database member belongs to the replica set named in MONGODB_URI.';
  return type === 'ReplicaSetNoPrimary' ? NO_PRIMARY : UNREACHABLE;
}

const HANDSHAKE_CUT =
  'The database cut the TLS handshake: check that it speaks TLS, and on Atlas that this address is on its access list.';

function describeCode(error: Error): string | null {
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'number') return error instanceof MongoServerError ? (SERVER.get(code) ?? null) : null;
  if (typeof code !== 'string') return null;
  if (CERTIFICATE.test(code)) return `The TLS certificate of the database is not accepted (${code}).`;
  if (TLS.test(code)) return `TLS with the database failed (${code}).`;
  return SYSTEM.get(code) ?? null;
}

/** Classes by name where the driver does not export them for their own. */
function describeClass(error: unknown, usesTls: boolean): string | null {
  if (!(error instanceof MongoError)) return isRawCut(error) ? CUT : null;
  if (error instanceof MongoNetworkTimeoutError) return BUSY;
  if (error instanceof MongoNetworkError) return usesTls && isBeforeHandshake(error) ? HANDSHAKE_CUT : CUT;
  if (CLOSED.has(error.name)) return 'The connection to the database is closed.';
  if (error.name === 'MongoWaitQueueTimeoutError') return 'All connections to the database are busy.';
  return TRANSIENT.some((label) => error.hasErrorLabel(label)) ? BUSY : null;
}

const CUT = 'The connection to the database was cut.';
/** What a socket fails with when its peer is gone. */
const CUT_CODES: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);
const CLOSED: ReadonlySet<string> = new Set([
  'MongoTopologyClosedError',
  'MongoServerClosedError',
  'MongoClientClosedError',
  'MongoPoolClosedError',
  'MongoNotConnectedError',
  // Of operations under way when their client is closed.
  'MongoExpiredSessionError',
]);
const TRANSIENT: readonly string[] = [
  MongoErrorLabel.RetryableWriteError,
  MongoErrorLabel.TransientTransactionError,
];

function isCut(error: Error): boolean {
  return error instanceof MongoNetworkError && describeClass(error, false) === CUT;
}

/** Driver 7.9.0 throws a socket's own error, unwrapped, when it comes while a command waits for the socket to drain. */
function isRawCut(error: unknown): boolean {
  return error instanceof Error && 'code' in error && CUT_CODES.has(error.code);
}

function isBeforeHandshake(error: MongoNetworkError): boolean {
  return 'beforeHandshake' in error && error.beforeHandshake === true;
}

function isServers(reason: unknown): reason is Servers {
  return (
    typeof reason === 'object' && reason !== null && 'servers' in reason && reason.servers instanceof Map
  );
}
