import { MongoClient, type MongoClientOptions } from 'mongodb';
import { ConfigError } from '../../config-error.ts';

/** What follows from MONGODB_URI. Holds the password: never to be logged. */
export interface Settings {
  readonly uri: string;
  readonly options: MongoClientOptions;
  readonly database: string;
  readonly usesTls: boolean;
  /** 0: no bound. */
  readonly maxPoolSize: number;
  /** Hosts with their ports, for the log. */
  readonly hosts: string;
}

/** Used unless the URI names one. */
const DATABASE = 'podline';

/** Options of the URI that do not count: the service is only right with ours. By their names in lower case. */
const OVERRIDDEN: ReadonlySet<string> = new Set([
  'readpreference',
  'readpreferencetags',
  'maxstalenessseconds',
  'readconcernlevel',
  'w',
  'wtimeout',
  'wtimeoutms',
  'journal',
  'j',
  'fsync',
  'appname',
]);

/** What is read may be decided upon, and what is written was promised: neither may be lost with one member. */
const FIXED = {
  readPreference: 'primary',
  readConcern: { level: 'majority' },
  writeConcern: { w: 'majority', wtimeoutMS: 5000 },
  appName: 'podline',
  ignoreUndefined: true,
} as const satisfies MongoClientOptions;

/** Taken when the URI does not name them. docs/mongodb.md gives the reasons. */
export const DEFAULTS = {
  maxPoolSize: 50,
  minPoolSize: 2,
  maxIdleTimeMS: 60_000,
  waitQueueTimeoutMS: 5000,
  serverSelectionTimeoutMS: 3000,
  connectTimeoutMS: 5000,
  socketTimeoutMS: 15_000,
  retryWrites: true,
  retryReads: true,
  compressors: 'none',
} as const satisfies MongoClientOptions;

/**
 * Reads a connection string and checks it without connecting.
 * @throws ConfigError when it does not parse; the message holds no part of it that may be a secret
 */
export function readSettings(given: string): Settings {
  const [address = '', query = ''] = splitOnce(given, '?');
  const pairs = query.split('&').filter((pair) => pair !== '');
  const kept = pairs.filter((pair) => !OVERRIDDEN.has(nameOf(pair)));
  const named = new Set(kept.map(nameOf));
  const defaults = Object.entries(DEFAULTS).filter(([name]) => !named.has(name.toLowerCase()));
  const uri = kept.length === 0 ? address : `${address}?${kept.join('&')}`;
  const options: MongoClientOptions = { ...Object.fromEntries(defaults), ...FIXED };
  const { tls, maxPoolSize, hosts, srvHost } = parse(uri, options, given);
  return {
    uri,
    options,
    database: readDatabase(address),
    usesTls: tls === true,
    maxPoolSize,
    hosts: srvHost ?? hosts.join(','),
  };
}

function parse(uri: string, options: MongoClientOptions, given: string): MongoClient['options'] {
  try {
    return new MongoClient(uri, options).options;
  } catch (error) {
    // No cause: the driver's own message may repeat the URI.
    throw new ConfigError(
      'MONGODB_URI: expected a connection string like mongodb://user:password@host:27017/podline or mongodb+srv://…, ' +
        `with special characters of user name and password percent-encoded, got something else${reason(error, given)}`,
    );
  }
}

/** The driver's own words, unless they repeat something of the URI that may be secret. */
function reason(error: unknown, given: string): string {
  if (!(error instanceof Error)) return '';
  const { message } = error;
  return secretsOf(given).some((secret) => message.includes(secret)) ? '' : ` (${message})`;
}

/** User, password and everything else that stands where they may stand; values of options. */
function secretsOf(uri: string): string[] {
  const [, rest = uri] = splitOnce(uri, '://');
  const userInfo = rest.slice(0, Math.max(0, rest.lastIndexOf('@')));
  const values = (splitOnce(uri, '?')[1] ?? '').split('&').map((pair) => splitOnce(pair, '=')[1] ?? '');
  const raw = [...userInfo.split(/[:@/?]/), ...values, rest];
  return [...raw, ...raw.map(decode)].filter((text) => text !== '');
}

function readDatabase(address: string): string {
  const [, rest = ''] = splitOnce(address, '://');
  const database = decode(splitOnce(rest, '/')[1] ?? '') || DATABASE;
  if (Buffer.byteLength(database) > 63 || /[/\\. "$*<>:|?\0]/.test(database)) {
    throw new ConfigError(
      'MONGODB_URI: expected a database name of up to 63 bytes without / \\ . " $ * < > : | ? and spaces, ' +
        `got ${JSON.stringify(database.slice(0, 100))}`,
    );
  }
  return database;
}

function nameOf(pair: string): string {
  return decode(splitOnce(pair, '=')[0] ?? '').toLowerCase();
}

/** As it is where it is not percent-encoded text. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
