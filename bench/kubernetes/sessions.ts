import type { Benchmark } from '../benchmark.ts';
import { LANGUAGES, type Program } from '../client/operations.ts';
import { mustSucceed, runAndWatch, type Seen } from '../client/run.ts';
import { createSession, endSession } from '../client/session.ts';
import { GraphQLSocket } from '../client/socket.ts';
import { summarize } from '../figures/quantiles.ts';
import type { Cell } from '../figures/table.ts';
import { hello } from '../programs/programs.ts';
import type { Service } from '../service/service.ts';
import { Bed, type Cluster } from './bed.ts';

const WARM_UP = 20;
const CELLS = 100;
/** Whole runs that are counted, in a session and as executions of their own. */
const RUNS = 60;
const CLIENTS = 8;

export function sessions(cluster: Cluster): Benchmark {
  return {
    name: 'kubernetes-sessions',
    title: 'Kubernetes: executions in an open session',
    async run(report) {
      report.note(
        `A program that prints a line. Cells: ${CELLS} in one context, one at a time, from sending \`execute\` to the first ` +
          `event with output and to the end, over one open WebSocket. Runs per second: ${RUNS} whole runs by ${CLIENTS} ` +
          'clients, each submits, watches to the end and submits the next, as fresh processes of one session and as ' +
          'executions in pods of their own.',
      );
      await using bed = await Bed.open(cluster);
      const cells: Cell[][] = [];
      const runs: Cell[][] = [];
      for (const language of LANGUAGES) {
        const other = language === 'python' ? 'javascript' : 'python';
        await using service = await bed.start({ env: { WARM: `${language}=1,${other}=0` } });
        await bed.isQuiet(service);
        await using socket = await GraphQLSocket.open(service.url);
        const sessionId = await createSession(socket, language);
        const program = { ...hello(language), sessionId };
        cells.push([language, 'cell', ...(await times(socket, { ...program, context: 'main' }))]);
        cells.push([language, 'fresh process', ...(await times(socket, program))]);
        const held = await perSecond(service, program);
        // Else the session outlives this server: a close releases it for another to adopt, which has another store.
        await endSession(socket, sessionId);
        const own = await perSecond(service, hello(language));
        runs.push([language, RUNS, held, own, held / own]);
      }
      report.table(['language', 'what', 'first output p50 ms', 'p95', 'whole p50 ms', 'p95'], cells);
      report.table(
        ['language', 'runs', 'in one session, runs/s', 'in pods of their own, runs/s', 'ratio'],
        runs,
      );
    },
  };
}

interface InSession extends Program {
  readonly sessionId?: string;
  readonly context?: string;
}

async function times(socket: GraphQLSocket, program: InSession): Promise<number[]> {
  const seen: Seen[] = [];
  for (let count = 0; count < WARM_UP + CELLS; count++) {
    const one = mustSucceed(await runAndWatch(socket, program));
    if (count >= WARM_UP) seen.push(one);
  }
  const first = summarize(seen.map(({ submittedAt, firstOutputAt }) => firstOutputAt - submittedAt));
  const whole = summarize(seen.map(({ submittedAt, endedAt }) => endedAt - submittedAt));
  return [first.p50, first.p95, whole.p50, whole.p95];
}

async function perSecond(service: Service, program: InSession): Promise<number> {
  let left = RUNS;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      await using socket = await GraphQLSocket.open(service.url);
      while (left-- > 0) mustSucceed(await runAndWatch(socket, program));
    }),
  );
  return (RUNS / (performance.now() - began)) * 1000;
}
