import { inspect } from 'node:util';
import {
  type BulkWriteResult,
  MongoBulkWriteError,
  MongoError,
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
} from 'mongodb';
import { describe, expect, it } from 'vitest';
import {
  describeServers,
  hasOnlyDuplicates,
  isDuplicateKey,
  type Servers,
  toStoreError,
} from '../../../src/db/mongodb/errors.ts';
import { StoreUnavailableError } from '../../../src/executions/errors.ts';

const HOST = 'ada:s3cret@db.example.org:27017';

/** Answers of a server, and what is said of them. */
const ANSWERS: readonly [code: number, sentence: RegExp][] = [
  [18, /refuses the user name or the password/],
  [8000, /^Atlas refuses/],
  [13, /lacks rights: it needs the role readWrite/],
  [14031, /disk is full/],
  [10107, /no primary/],
  [133, /no primary/],
  [11602, /no primary/],
  [189, /no primary/],
  [64, /majority/],
  [50, /did not answer in time/],
  [43, /did not answer in time/],
  [365, /did not answer in time/],
  [6, /cannot be reached/],
];

/** What sockets and TLS fail with, told with and without TLS in the URI. */
const SYSTEM: readonly [code: string, sentence: RegExp][] = [
  ['ECONNREFUSED', /^Nothing listens/],
  ['ENOTFOUND', /not known to the name service/],
  ['EAI_AGAIN', /name service does not answer/],
  ['ETIMEDOUT', /did not answer in time/],
  ['EHOSTUNREACH', /cannot be reached/],
  ['SELF_SIGNED_CERT_IN_CHAIN', /certificate of the database is not accepted \(SELF_SIGNED_CERT_IN_CHAIN\)/],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', /certificate/],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /certificate/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /certificate/],
  ['CERT_HAS_EXPIRED', /certificate/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', /^TLS with the database failed \(ERR_SSL_WRONG_VERSION_NUMBER\)/],
];

describe('errors of the driver', () => {
  it.each(ANSWERS)('response %i has a message', (code, sentence) => {
    checkSentence(new MongoServerError({ code, message: `raw words of ${HOST}` }), sentence);
  });

  it.each(SYSTEM)('%s has a message, alone and where a server was selected', (code, sentence) => {
    const cause = Object.assign(new Error(`connect ${code} ${HOST}`), { code });
    const network = new MongoNetworkError(`connect ${code} ${HOST}`, { cause });
    checkSentence(network, sentence);
    checkSentence(
      new MongoServerSelectionError(`raw words of ${HOST}`, servers('Unknown', [network])),
      sentence,
    );
  });

  it.each(['ETIMEOUT', 'ESERVFAIL', 'EREFUSED'])(
    'tell %s of a look-up of SRV records, which the driver throws as it is',
    (code) => {
      const raw = Object.assign(new Error(`querySrv ${code} _mongodb._tcp.${HOST}`), { code });
      checkSentence(raw, /name service does not answer/);
    },
  );

  it('distinguish a cut, a silence and a pool that is busy', () => {
    checkSentence(
      new MongoNetworkError(`connection 3 to ${HOST} closed`),
      /connection to the database was cut/,
    );
    checkSentence(
      new MongoNetworkTimeoutError(`connection 3 to ${HOST} timed out`),
      /did not answer in time/,
    );
    const busy = Object.assign(new MongoError(HOST), {});
    Object.defineProperty(busy, 'name', { value: 'MongoWaitQueueTimeoutError' });
    checkSentence(busy, /All connections to the database are busy/);
  });

  it.each(['ECONNRESET', 'EPIPE', 'ECONNABORTED'])(
    'tell a cut by %s that the driver throws as the socket had it',
    (code) => {
      checkSentence(
        Object.assign(new Error(`write ${code} ${HOST}`), { code, syscall: 'write' }),
        /connection to the database was cut/,
      );
    },
  );

  it('distinguish a cut in the middle of a batch, which the driver wraps', () => {
    const cut = new MongoNetworkError(`connection 3 to ${HOST} closed`);
    checkSentence(batchError(cut), /connection to the database was cut/);
    const answer = new MongoServerError({ code: 11602, message: `raw words of ${HOST}` });
    checkSentence(batchError(answer), /no primary/);
    expect(hasOnlyDuplicates(batchError(cut))).toBe(false);
  });

  it('distinguish an election, and a replica set of another name', () => {
    const electing = servers('ReplicaSetNoPrimary', [null, null]);
    checkSentence(new MongoServerSelectionError('raw', electing), /no primary at the moment/);
    checkSentence(
      new MongoServerSelectionError('raw', servers('ReplicaSetNoPrimary', [])),
      /No database member/,
    );
  });

  it('name what is wrong with one server where another has only not responded', () => {
    const refused = new MongoNetworkError('x', {
      cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }),
    });
    expect(describeServers(servers('ReplicaSetNoPrimary', [null, refused]), false)).toMatch(
      /^Nothing listens/,
    );
  });

  it('are left as they are where they are defects', () => {
    for (const defect of [
      new MongoServerError({ code: 2, message: 'bad value' }),
      new TypeError('x'),
      'x',
      null,
    ])
      expect(toStoreError(defect, false)).toBe(defect);
  });

  it('keep the documents of a batch to themselves', () => {
    const writeErrors = [{ code: 121, index: 0, errmsg: 'refused', op: { text: 'what a program printed' } }];
    const batch = batchError({ message: 'refused', code: 121, writeErrors } as unknown as MongoError);
    expect(inspect(batch, { depth: 9 })).toContain('what a program printed');
    const told = toStoreError(batch, false);
    expect(told).toMatchObject({ code: 121, message: 'refused' });
    expect(inspect(told, { depth: 9 })).not.toContain('what a program printed');
  });

  it('know a taken key', () => {
    expect(isDuplicateKey(new MongoServerError({ code: 11000, message: 'x' }))).toBe(true);
    expect(isDuplicateKey(new Error('E11000'))).toBe(false);
  });
});

/** As the driver makes it when a batch of an unordered insert fails as a whole. */
function batchError(error: MongoError): MongoBulkWriteError {
  const result = { getWriteConcernError: () => undefined } as unknown as BulkWriteResult;
  return new MongoBulkWriteError(error as ConstructorParameters<typeof MongoBulkWriteError>[0], result);
}

/** One sentence of ours, nothing of the driver's words. */
function checkSentence(error: Error, sentence: RegExp): void {
  const told = toStoreError(error, false);
  expect(told).toBeInstanceOf(StoreUnavailableError);
  const { message, cause } = told as StoreUnavailableError;
  expect(message).toMatch(sentence);
  expect(message).toMatch(/^[A-Z][^\n]*\.$/);
  expect(message).not.toMatch(/s3cret|ada|example\.org|raw/);
  expect(cause).toBe(error);
}

function servers(type: Servers['type'], errors: readonly (MongoError | null)[]): Servers & MongoReason {
  const entries = errors.map((error, index) => [`host${index}:27017`, { error }]);
  return { type, servers: new Map(entries as []) } as unknown as Servers & MongoReason;
}

type MongoReason = ConstructorParameters<typeof MongoServerSelectionError>[1];
