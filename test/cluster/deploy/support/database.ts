import { MongoClient } from 'mongodb';
import { kubectl } from './kubectl.ts';

/** A database of a test's own, dropped when it is disposed. */
export interface Database extends AsyncDisposable {
  /** As pods reach it. */
  readonly uri: string;
}

/**
 * A database on the server of MONGODB_URI. Pods reach it at PODS_MONGODB_URI, or, where it is on this machine, at
 * TESTBED_ADDRESS or the node's own address.
 * @throws Error that says what is needed
 */
export async function openDatabase(name: string): Promise<Database> {
  const server = process.env['MONGODB_URI'];
  if (!server) {
    throw new Error(
      'A deployment keeps its records in MongoDB: expected MONGODB_URI to name a server that pods reach too ' +
        '(the test bed: eval "$(../shared/testbed/up)"), got nothing.',
    );
  }
  const client = new MongoClient(server);
  return {
    uri: named(process.env['PODS_MONGODB_URI'] ?? (await seenByPods(server)), name),
    async [Symbol.asyncDispose]() {
      await client.db(name).dropDatabase();
      await client.close();
    },
  };
}

async function seenByPods(server: string): Promise<string> {
  const loopback = /(\/\/|@|,)(127\.0\.0\.1|localhost)(?=[:,/]|$)/g;
  if (!loopback.test(server)) return server;
  const address = process.env['TESTBED_ADDRESS'] ?? (await nodeAddress());
  return server.replace(loopback, `$1${address}`);
}

/** The same server with another database. */
function named(uri: string, name: string): string {
  return uri.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)(\/[^?]*)?/, `$1/${name}`);
}

/** Where the cluster's first node is reached. */
export async function nodeAddress(): Promise<string> {
  const path = 'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}';
  const [address] = (await kubectl(['get', 'nodes', '-o', path])).stdout.split(' ');
  if (!address) throw new Error('Expected a node with an InternalIP, got none.');
  return address;
}
