import { configDefaults, defineConfig } from 'vitest/config';
import { RetriesReporter } from './tools/retries-reporter.ts';

const BROWSER = 'test/browser/**/*.test.ts';
const CLUSTER = 'test/cluster/**/*.test.ts';
const FAULTS = 'test/cluster/service/faults.test.ts';
/** Several servers on one MongoDB and one cluster: it needs both, so it has its own command. */
const REPLICAS = 'test/cluster/service/replicas*.test.ts';
/** Malformed requests at random, and clients that are slow or half gone, against a server in a process of its own. */
const EDGE = 'test/edge/**/*.test.ts';
const CLUSTER_SETUP = 'test/cluster/setup.ts';
const MONGO = 'test/mongo/**/*.test.ts';
/** What tries everything there is, one by one: each operation within Deno, each module of the library, each way to exhaust a machine. */
const EXHAUSTIVE = [
  'test/runner/embedded/attempts/strains.test.ts',
  'test/runner/embedded/attempts/unasked.test.ts',
  'test/runner/embedded/python/standard_library.test.ts',
  'test/runner/native/attempts/strains.test.ts',
];
/** Tests of code alone, without processes, servers or state of the process: they share the workers that they run in. */
const UNIT = [
  'test/*.test.ts',
  'test/{async,bench,chaos,config,console,schema}/**/*.test.ts',
  'test/cli/run/*.test.ts',
  'test/db/mongodb/*.test.ts',
  'test/executions/{files,input}/*.test.ts',
  'test/runner/{languages,pool,run}/**/*.test.ts',
  'test/runner/kubernetes/*.test.ts',
  'test/runner/kubernetes/{job,pods,run}/*.test.ts',
];
/** Programs that are compared with the interpreters of this machine. */
const NATIVE = 'test/native/**/*.test.ts';

/** Times a test against a whole cluster or database, on as few cores as they and we have together, may be tried again. */
const BUSY_MACHINE = 2;

export default defineConfig({
  // Vitest would load graphql twice, once as ESM and once as CommonJS, and graphql refuses types of another copy.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Sandboxes are processes of their own: more test files at once than cores would only make each other late.
    maxWorkers: 2,
    // Programs, jails and browsers are real, and share two cores with what runs beside them: a test may be tried once more.
    retry: 1,
    reporters: [...configDefaults.reporters, new RetriesReporter()],
    projects: [
      {
        extends: true,
        test: {
          name: 'main',
          include: ['test/**/*.test.ts'],
          exclude: [BROWSER, CLUSTER, EDGE, MONGO, NATIVE, ...EXHAUSTIVE, ...UNIT],
        },
      },
      { extends: true, test: { name: 'unit', include: UNIT, isolate: false } },
      {
        extends: true,
        test: {
          name: 'cluster',
          include: [CLUSTER],
          exclude: [FAULTS, REPLICAS],
          globalSetup: CLUSTER_SETUP,
          testTimeout: 120_000,
          retry: BUSY_MACHINE,
        },
      },
      {
        extends: true,
        test: { name: 'replicas', include: [REPLICAS], globalSetup: CLUSTER_SETUP, testTimeout: 180_000 },
      },
      // Kills what the other suites stand on, so it comes after them.
      {
        extends: true,
        test: {
          name: 'faults',
          include: [FAULTS],
          globalSetup: CLUSTER_SETUP,
          testTimeout: 180_000,
          retry: BUSY_MACHINE,
          sequence: { groupOrder: 1 },
        },
      },
      { extends: true, test: { name: 'edge', include: [EDGE] } },
      { extends: true, test: { name: 'exhaustive', include: EXHAUSTIVE, testTimeout: 120_000 } },
      { extends: true, test: { name: 'native', include: [NATIVE] } },
      { extends: true, test: { name: 'mongo', include: [MONGO], retry: BUSY_MACHINE } },
      { extends: true, test: { name: 'browser', include: [BROWSER], testTimeout: 120_000 } },
    ],
  },
});
