import type { Benchmark } from './benchmark.ts';
import { LANGUAGES, type Program } from './client/operations.ts';
import { mustSucceed, runAndWatch } from './client/run.ts';
import { GraphQLSocket } from './client/socket.ts';
import { median } from './figures/quantiles.ts';
import type { Cell } from './figures/table.ts';
import { hello } from './programs/programs.ts';
import { Service } from './service/service.ts';

const AT_ONCE = [1, 4, 16];
const ROUNDS = 3;
const ROUND_MS = 3000;

export const runs: Benchmark = {
  name: 'runs',
  title: 'Whole runs per second',
  async run(report) {
    report.note(
      'Each client submits a program that prints a line, watches it to the end over its WebSocket, and submits the next. ' +
        `Median of ${ROUNDS} rounds of ${ROUND_MS / 1000} s; every setting at its default.`,
    );
    await using service = await Service.start();
    const rows: Cell[][] = [];
    for (const language of LANGUAGES) {
      for (const clients of AT_ONCE) {
        await service.isWarm();
        const rounds: Round[] = [];
        for (let turn = 0; turn < ROUNDS; turn++) rounds.push(await round(service, hello(language), clients));
        rows.push([
          language,
          clients,
          median(rounds.map(({ perSecond }) => perSecond)),
          median(rounds.flatMap(({ lengths }) => lengths)),
          median(rounds.map(({ serverMs }) => serverMs)),
        ]);
      }
    }
    report.table(['language', 'at once', 'runs/s', 'p50 of a run, ms', "server's CPU ms/run"], rows);
  },
};

/** What a round of runs gave. */
export interface Round {
  readonly perSecond: number;
  readonly lengths: readonly number[];
  readonly serverMs: number;
}

/** Has `clients` run a program over and over, for so many milliseconds. */
export async function round(
  service: Service,
  program: Program,
  clients: number,
  forMs = ROUND_MS,
): Promise<Round> {
  const cpuBefore = service.process.processorMs();
  const began = performance.now();
  const until = began + forMs;
  const lengths: number[] = [];
  await Promise.all(
    Array.from({ length: clients }, async () => {
      await using socket = await GraphQLSocket.open(service.url);
      while (performance.now() < until) {
        const seen = mustSucceed(await runAndWatch(socket, program));
        lengths.push(seen.endedAt - seen.submittedAt);
      }
    }),
  );
  const perSecond = (lengths.length / (performance.now() - began)) * 1000;
  const serverMs = (service.process.processorMs() - cpuBefore) / lengths.length;
  return { perSecond, lengths, serverMs };
}
