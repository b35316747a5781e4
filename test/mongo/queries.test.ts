import type { Document } from 'mongodb';
import { expect, test } from 'vitest';
import { openMongoStore } from '../../src/db/mongodb/open.ts';
import type { Store } from '../../src/executions/store.ts';
import { ALL, chunks, create, createEnded, sample } from '../contract/store/samples.ts';
import { aSession } from '../contract/store/sessions.ts';
import { type Search, SHAPES, type Shape } from '../db/mongodb/shapes.ts';
import { CommandReader } from './support/commands.ts';
import { databaseOfTest } from './support/database.ts';
import { openProxy } from './support/proxy.ts';

const PAYLOAD = { stdin: 'in', files: [], env: [{ name: 'A', value: 'b' }] };

test('no query is sent that the list of shapes, and so an index, does not have', async () => {
  const commands = await record((store) => useEverything(store));
  const known = new Set(SHAPES.map(describeShape));
  const sent = new Set(commands.flatMap(shapesOf).map(describeShape));
  expect([...sent].filter((shape) => !known.has(shape))).toEqual([]);
  expect([...known].filter((shape) => !sent.has(shape))).toEqual([]);
});

test('whatever the URI says, reads ask the primary for what a majority has, and writes are confirmed by one', async () => {
  const commands = await record(
    (store) => useEverything(store),
    '&readPreference=secondaryPreferred&readPreferenceTags=dc:ny&maxStalenessSeconds=120&w=1&journal=false&readConcernLevel=local',
  );
  const reads = commands.filter(({ find, aggregate }) => find ?? aggregate);
  const writes = commands.filter((command) =>
    ['insert', 'update', 'delete', 'findAndModify'].some((name) => name in command),
  );
  expect([reads.length, writes.length].every((count) => count > 10)).toBe(true);
  for (const command of reads) {
    expect(command['readConcern']).toMatchObject({ level: 'majority' });
    // With a direct connection the driver says primaryPreferred, which is the one server there is.
    expect(command['$readPreference']?.mode ?? 'primary').toMatch(/^primary(Preferred)?$/);
  }
  for (const command of writes)
    expect(command['writeConcern']).toMatchObject({ w: 'majority', wtimeout: 5000 });
});

/** What clients send while `use` works on a store. */
async function record(use: (store: Store) => Promise<void>, options = ''): Promise<Document[]> {
  const database = databaseOfTest();
  const commands: Document[] = [];
  const readers = new Map<number, CommandReader>();
  await using proxy = await openProxy(database.address, {
    onRequest(bytes, connection) {
      const reader = readers.get(connection) ?? new CommandReader();
      readers.set(connection, reader);
      commands.push(...reader.read(bytes));
    },
  });
  const uri = database.uri.replace(database.address, proxy.address);
  await using store = await openMongoStore({ uri: `${uri}${options}` });
  await use(store);
  return commands;
}

/** Every operation, in every way that makes it ask something else. */
async function useEverything(store: Store): Promise<void> {
  const execution = sample({ labels: [{ name: 'a', value: 'b' }] });
  await store.createExecution(execution, PAYLOAD);
  await store.createExecution(execution, PAYLOAD);
  await store.createExecution(sample({ id: execution.id, uniqueKey: 'k:a' }), PAYLOAD).catch(() => {});
  // Far from the time in its id.
  await create(store, { createdAt: 1, id: sample().id });
  await store.getPayload(execution.id);
  await store.deletePayload(execution.id);
  await store.updateExecution(execution.id, { statuses: ['QUEUED'] }, { message: 'm' });
  await store.updateExecution(execution.id, { statuses: ['QUEUED'], epoch: 0 }, { message: 'm' });
  await store.updateExecution(execution.id, { statuses: ['RUNNING'] }, { message: 'm' });
  await store.updateExecution(execution.id, { statuses: ['RUNNING'], epoch: 0 }, { message: 'm' });
  for (const statuses of [{}, { statuses: ['QUEUED'] as const }])
    for (const language of [{}, { language: 'python' }])
      for (const label of [{}, { label: { name: 'a', value: 'b' } }])
        for (const time of [{}, { createdAfter: 1 }, { createdBefore: 1, createdAfter: 0 }]) {
          const filter = { ...statuses, ...language, ...label, ...time };
          await store.listExecutions({ caller: 'anonymous', limit: 1, filter });
        }
  await store.scanExecutions({ after: '', limit: 1 });
  await store.listUnderWay();
  await store.countUnderWay();
  await store.listRunning();
  await store.listQueues();
  await store.countQueuedBefore('anonymous', execution.id);
  await store.appendChunks([{ executionId: execution.id, chunks: chunks(1, 20) }]);
  await store.appendChunks([{ executionId: execution.id, chunks: chunks(22, 23) }]);
  await store.readChunks(execution.id, ALL);
  await store.summarizeChunks(execution.id);
  await store.putFilePiece(execution.id, 'ab12', Buffer.from('piece'));
  await store.readFilePiece(execution.id, 'ab12');
  await store.deleteFilePieces(execution.id);
  const { sharing } = store;
  if (!sharing) throw new Error('Expected a store that several processes may use.');
  for (const count of [1, 20]) {
    await sharing.getRevisions(Array.from({ length: count }, () => execution.id));
    await sharing.findChunks(Array.from({ length: count }, (_, seq) => ({ executionId: execution.id, seq })));
  }
  await sharing.heartbeat('p');
  await sharing.listProcesses();
  await sharing.removeProcess('p');
  const ended = await createEnded(store, 1);
  await store.createExecution(sample({ id: ORPHAN, status: 'FAILED', createdAt: 1 }), PAYLOAD);
  await store.appendChunks([{ executionId: ended.id, chunks: chunks(1, 3) }]);
  await store.tombstoneExpired(2, 10);
  await store.listTombstones(10);
  await store.eraseOrphanedPayloads(Date.now());
  await store.purge(ended.id);
  await useSessions(store);
  await store.ping();
}

async function useSessions({ sessions }: Store): Promise<void> {
  const session = aSession();
  await sessions.createSession(session);
  await sessions.createSession({ ...session });
  await sessions.getSession(session.id);
  await sessions.listSessions({ caller: 'anonymous', limit: 1 });
  await sessions.listSessions({ caller: 'anonymous', limit: 1, status: 'IDLE' });
  await sessions.scanSessions({ after: '', limit: 1 });
  await sessions.listOpenSessions();
  await sessions.listSessionQueues();
  await sessions.countQueuedInSessionBefore(session.id, session.id);
  await sessions.listSessionExecutions({ sessionId: session.id, limit: 1 });
  await sessions.updateSession(session.id, { owner: null }, session.epoch);
  await sessions.updateSession(session.id, { status: 'ENDED', endedAt: 1 });
  await sessions.deleteExpiredSessions(2, 10);
}

/** Of 1970: its payload is old enough to be looked after. */
const ORPHAN = '00000000-0001-7000-8000-000000000000';

/** What a command searches for; nothing where it goes by no filter. */
function shapesOf(command: Document): Omit<Shape, 'index'>[] {
  const at = (collection: string, filter: Document, sort?: Document) => {
    const shape = { collection, filter: searchesOf(filter) };
    return Object.keys(filter).length === 0 ? [] : [sort ? { ...shape, sort } : shape];
  };
  if (command['find']) return at(command['find'], command['filter'] ?? {}, command['sort']);
  if (command['aggregate']) return at(command['aggregate'], command['pipeline']?.[0]?.$match ?? {});
  if (command['findAndModify']) return at(command['findAndModify'], command['query']);
  if (command['update']) return command['updates'].flatMap(({ q }: Document) => at(command['update'], q));
  if (command['delete']) return command['deletes'].flatMap(({ q }: Document) => at(command['delete'], q));
  return [];
}

function searchesOf(filter: Document): { [field: string]: Search } {
  return Object.fromEntries(Object.entries(filter).map(([field, value]) => [field, searchOf(value)]));
}

function searchOf(value: unknown): Search {
  if (typeof value !== 'object' || value === null) return '=';
  if ('$in' in value) return 'in';
  if ('$ne' in value || '$nin' in value) return 'not';
  return Object.keys(value).every((key) => /^\$[gl]te?$/.test(key)) ? 'range' : '=';
}

function describeShape({ collection, filter, sort }: Omit<Shape, 'index'>): string {
  const fields = Object.entries(filter).map(([field, search]) => `${field} ${search}`);
  const order = Object.entries(sort ?? {}).map(([field, direction]) => `${field} ${direction}`);
  return `${collection}: ${fields.sort().join(', ')}${order.length > 0 ? ` by ${order.join(', ')}` : ''}`;
}
