import {
  MongoError,
  MongoErrorLabel,
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  type TopologyDescription,
} from 'mongodb';

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
export function describeError(error: unknown, usesTls: boolean): string | null {
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
