import type { Benchmark } from './benchmark.ts';
import { post } from './client/http.ts';
import { type Executed, executing, submitted } from './client/operations.ts';
import type { Cell } from './figures/table.ts';
import { sleeper } from './programs/programs.ts';
import { Service } from './service/service.ts';
import { dataDirectory } from './service/workspace.ts';
import { BATCH_BYTES, BATCHES, TURNS as CHUNK_TURNS, chunkRates } from './stores/chunks.ts';
import { EVERY_MS, LINES, printToViewer } from './stores/latency.ts';
import { mongoPlace, type Place, sqlitePlace } from './stores/places.ts';
import { CLIENTS, ROUND, submissionRates, TURNS } from './stores/submissions.ts';

const CHUNK_BYTES = [256, 16 * 1024];
const NOTHING_WARM = { WARM: 'python=0,javascript=1', MAX_QUEUED_PER_CALLER: '1000' };

/** Both stores side by side. @param mongodbUri connection string of the server that the one is on */
export function stores({ mongodbUri }: { mongodbUri: string | undefined }): Benchmark {
  return {
    name: 'stores',
    title: 'SQLite and MongoDB side by side',
    async run(report) {
      await using sqlite = await sqlitePlace();
      await using mongo = await mongoPlace(mongodbUri);
      const places = [sqlite, mongo];
      report.note(
        `Submissions: ${TURNS} rounds of ${ROUND} over HTTP, ${CLIENTS} connections, while one program sleeps and nothing ` +
          `else may run; in turn, after one round each that is not counted. Chunks: ${CHUNK_TURNS} outputs of ` +
          `${(BATCHES * BATCH_BYTES) / 1024} KiB in batches of ${BATCH_BYTES / 1024} KiB, one after the other, then read ` +
          `back; in turn likewise. Print to viewer: ${LINES} lines, one each ${EVERY_MS} ms, on a WebSocket. What ` +
          'MongoDB is here is whatever answers at MONGODB_URI: the test bed has FerretDB, of which nothing follows for a ' +
          'real one.',
      );
      report.table(
        ['', ...places.map(({ name }) => name)],
        [...(await submissions(places)), ...(await chunks(places))],
      );
      report.table(
        ['print to viewer', 'lines', 'p50 ms', 'p95 ms', 'p99 ms', 'most ms'],
        await latencies(mongo),
      );
    },
  };
}

async function submissions(places: readonly Place[]): Promise<Cell[][]> {
  await using opened = new AsyncDisposableStack();
  const services: Service[] = [];
  for (const place of places) services.push(opened.use(await start(place, { MAX_RUNNING: '1' })));
  return [['submissions/s', ...(await submissionRates(services))]];
}

async function chunks(places: readonly Place[]): Promise<Cell[][]> {
  const rows: Cell[][] = [];
  for (const bytes of CHUNK_BYTES) {
    const rates = await chunkRates(places, bytes);
    rows.push(
      [
        `chunks of ${bytes} bytes written/s`,
        ...rates.map(({ writtenPerSecond }) => Math.round(writtenPerSecond)),
      ],
      ['MiB/s written', ...rates.map(({ writtenMiB }) => writtenMiB)],
      ['chunks read/s', ...rates.map(({ readPerSecond }) => Math.round(readPerSecond))],
      ['MiB/s read', ...rates.map(({ readMiB }) => readMiB)],
    );
  }
  return rows;
}

async function latencies(mongo: Place): Promise<Cell[][]> {
  await using opened = new AsyncDisposableStack();
  await using sqlite = await sqlitePlace();
  const alone = opened.use(await start(sqlite));
  const first = opened.use(await start(mongo));
  // While this one runs the other has no room, and so drives nothing itself.
  submitted(await post<Executed>(first.url, executing(sleeper('javascript'))));
  const second = opened.use(await start(mongo, { MAX_RUNNING: '1' }));
  const rows: Cell[][] = [];
  for (const [what, driving, watched] of [
    ['SQLite, the one process', alone, alone],
    ['MongoDB, at the process that drives it', first, first],
    ['MongoDB, at another process', first, second],
  ] as const) {
    const { count, p50, p95, p99, most } = await printToViewer(driving, watched);
    rows.push([what, count, p50, p95, p99, most]);
  }
  return rows;
}

async function start({ name, env }: Place, more: Readonly<Record<string, string>> = {}): Promise<Service> {
  const directory = await dataDirectory(`stores-${name}-${Object.keys(more).length}`);
  const service = await Service.start({ env: { ...NOTHING_WARM, ...env, ...more }, directory });
  await service.isWarm();
  return service;
}
