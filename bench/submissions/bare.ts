import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { createSchema, createYoga } from 'graphql-yoga';
import { v7 as uuidv7 } from 'uuid';

/**
 * What submissions are held against: Yoga as it comes, one mutation, one insert. The database has the settings of
 * `src/db/sqlite/database.ts`. Prints where it listens to stderr. @param argv the database file
 */
const [, , file] = process.argv;
if (file === undefined) throw new Error('expected a database file, got none');
const database = new DatabaseSync(file);
database.exec(`
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA wal_autocheckpoint = 2000;
  PRAGMA cache_size = -16384;
  PRAGMA mmap_size = 268435456;
  PRAGMA temp_store = MEMORY;
  CREATE TABLE programs (id TEXT PRIMARY KEY, language TEXT NOT NULL, code TEXT NOT NULL, created_at INTEGER NOT NULL);
`);
const insert = database.prepare('INSERT INTO programs (id, language, code, created_at) VALUES (?, ?, ?, ?)');

interface SubmitArguments {
  readonly input: { readonly language: string; readonly code: string };
}

const yoga = createYoga({
  schema: createSchema({
    typeDefs: `
      type Query { ready: Boolean! }
      type Program { id: ID! }
      input SubmitInput { language: String!, code: String! }
      type Mutation { submit(input: SubmitInput!): Program! }`,
    resolvers: {
      Query: { ready: () => true },
      Mutation: {
        submit: (_: unknown, { input }: SubmitArguments) => {
          const id = uuidv7();
          insert.run(id, input.language, input.code, Date.now());
          return { id };
        },
      },
    },
  }),
});

const server = createServer(yoga);
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stderr.write(`bare listens on http://127.0.0.1:${port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
