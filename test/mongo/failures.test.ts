import { inspect } from 'node:util';
import { MongoClient } from 'mongodb';
import { expect, test } from 'vitest';
import { openMongoStore } from '../../src/db/mongodb/open.ts';
import { StoreUnavailableError } from '../../src/executions/errors.ts';
import { databaseOfTest, serverUri } from './support/database.ts';
import { loggedLines } from './support/logged.ts';
import { openProxy } from './support/proxy.ts';

const FAST = 'serverSelectionTimeoutMS=600&connectTimeoutMS=500';
const { host } = serverUri();

/** Each provoked for real; none of these servers takes the user. */
const FAILURES: readonly { what: string; uri: string; message: RegExp }[] = [
  {
    what: 'a port that nobody listens at',
    uri: `mongodb://ada:s3cret-w0rd@127.0.0.1:1/?${FAST}`,
    message: /^Nothing listens at the host and port in MONGODB_URI\.$/,
  },
  {
    what: 'a host that does not exist',
    uri: `mongodb://ada:s3cret-w0rd@no-such-host.invalid/?${FAST}`,
    message:
      /^The (host name in MONGODB_URI is not known to the name service|name service does not answer for the host name in MONGODB_URI)\.$/,
  },
  {
    what: 'a cluster that does not exist',
    uri: `mongodb+srv://ada:s3cret-w0rd@no-such-cluster.example.invalid/?${FAST}`,
    message: /name service/,
  },
  {
    what: 'TLS to a server that does not speak it',
    uri: `mongodb://ada:s3cret-w0rd@${host}/?directConnection=true&tls=true&${FAST}`,
    message:
      /^The database cut the TLS handshake: check that it speaks TLS, and on Atlas that this address is on its access list\.$/,
  },
  {
    what: 'a TLS file that is not there',
    uri: `mongodb://ada:s3cret-w0rd@${host}/?tls=true&tlsCAFile=/no/such/file&${FAST}`,
    message: /^A file that MONGODB_URI names for TLS cannot be read\.$/,
  },
  {
    what: 'credentials that the server refuses',
    uri: `mongodb://ada:s3cret-w0rd@${host}/?directConnection=true&${FAST}`,
    message: /^The database refuses the user name or the password in MONGODB_URI\.$/,
  },
  {
    what: 'a replica set that the server does not belong to',
    uri: `mongodb://ada:s3cret-w0rd@${host}/?replicaSet=other&${FAST}`,
    message: /^No database member belongs to the replica set named in MONGODB_URI\.$/,
  },
];

test.each(FAILURES)('$what is reported in a sentence, and the URI never', async ({ uri, message }) => {
  const { logger, lines, text } = loggedLines();
  await using store = await openMongoStore({ uri, logger });
  const error = await store.getExecution('x').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StoreUnavailableError);
  expect((error as Error).message).toMatch(message);
  await expect(store.ping()).rejects.toThrow(message);
  expect(lines.map(({ level, msg }) => [level, message.test(msg)])).toEqual([['error', true]]);
  for (const shown of [text(), inspect(error, { depth: 20 })]) {
    expect(shown).not.toContain('s3cret');
    expect(shown).not.toContain('ada');
  }
});

test('a database that is away at the start: the store opens, says so, and is whole when it is back', async () => {
  const database = databaseOfTest();
  await using proxy = await openProxy(database.address);
  await proxy.close();
  const { logger, lines } = loggedLines();
  const uri = `${database.uri.replace(database.address, proxy.address)}&${FAST}`;
  await using store = await openMongoStore({ uri, logger });
  await expect(store.ping()).rejects.toThrow('Nothing listens');
  await expect(store.listQueues()).rejects.toBeInstanceOf(StoreUnavailableError);
  await proxy.open();
  await expect.poll(() => store.ping().then(() => 'up'), { timeout: 20_000 }).toBe('up');
  expect(await store.listQueues()).toEqual([]);
  await using client = new MongoClient(database.uri);
  const indexes = await client.db(database.name).collection('executions').indexes();
  expect(indexes.map(({ name }) => name)).toContain('uniqueKey');
  expect(lines.map(({ level }) => level)).toEqual(['error', 'info']);
});

test('a database that goes away and comes back: each is reported once, and operations heal', async () => {
  const database = databaseOfTest();
  await using proxy = await openProxy(database.address);
  const { logger, lines } = loggedLines();
  const uri = `${database.uri.replace(database.address, proxy.address)}&${FAST}`;
  await using store = await openMongoStore({ uri, logger });
  await store.ping();
  await proxy.close();
  for (let count = 0; count < 3; count++)
    await expect(store.countUnderWay()).rejects.toBeInstanceOf(StoreUnavailableError);
  await expect(store.ping()).rejects.toThrow('Nothing listens');
  await proxy.open();
  await expect.poll(() => store.ping().then(() => 'up'), { timeout: 20_000 }).toBe('up');
  expect(await store.countUnderWay()).toBe(0);
  expect(lines.map(({ level }) => level)).toEqual(['error', 'info']);
});

test('a database that holds its connections and says nothing is given up', async () => {
  const database = databaseOfTest();
  await using proxy = await openProxy(database.address);
  const uri = `${database.uri.replace(database.address, proxy.address)}&${FAST}&socketTimeoutMS=400`;
  await using store = await openMongoStore({ uri });
  await store.ping();
  proxy.stall();
  await expect(store.getExecution('x')).rejects.toBeInstanceOf(StoreUnavailableError);
  await expect(store.ping()).rejects.toBeInstanceOf(StoreUnavailableError);
  await proxy.close();
  await proxy.open();
  await expect.poll(() => store.ping().then(() => 'up'), { timeout: 20_000 }).toBe('up');
});

test('connections cut under it cost no operation that the driver may repeat', async () => {
  const database = databaseOfTest();
  await using proxy = await openProxy(database.address);
  await using store = await openMongoStore({ uri: database.uri.replace(database.address, proxy.address) });
  for (let round = 0; round < 3; round++) {
    proxy.cut();
    expect(await store.listQueues()).toEqual([]);
  }
});

test('closing while the database is away ends', async () => {
  const database = databaseOfTest();
  const proxy = await openProxy(database.address);
  const uri = `${database.uri.replace(database.address, proxy.address)}&${FAST}`;
  const store = await openMongoStore({ uri });
  await proxy.close();
  const pending = store.getExecution('x').catch((error: unknown) => error);
  await store[Symbol.asyncDispose]();
  expect(await pending).toBeInstanceOf(StoreUnavailableError);
  await expect(store.getExecution('x')).rejects.toThrow('closed');
});

test('closing ends though the database holds its connections and says nothing', async () => {
  const database = databaseOfTest();
  await using proxy = await openProxy(database.address);
  // No operation is given up by itself.
  const uri = `${database.uri.replace(database.address, proxy.address)}&${FAST}&socketTimeoutMS=0`;
  const store = await openMongoStore({ uri });
  await store.ping();
  proxy.stall();
  const pending = store.getExecution('x').catch((error: unknown) => error);
  await store[Symbol.asyncDispose]();
  expect(await pending).toBeInstanceOf(StoreUnavailableError);
});
