import { existsSync } from 'node:fs';
import type { Benchmark } from './benchmark.ts';
import { LANGUAGES, type Program } from './client/operations.ts';
import { mustSucceed, runAndWatch, type Seen } from './client/run.ts';
import { createSession, endSession } from './client/session.ts';
import { GraphQLSocket } from './client/socket.ts';
import { summarize } from './figures/quantiles.ts';
import type { Report } from './figures/report.ts';
import type { Cell } from './figures/table.ts';
import { hello } from './programs/programs.ts';
import { round } from './runs.ts';
import { Service } from './service/service.ts';

const WARM_UP = 20;
const CELLS = 200;
/** Clients that submit fresh processes at once: a session runs one at a time, whoever waits. */
const CLIENTS = 4;

export const sessions: Benchmark = {
  name: 'sessions',
  title: 'Executions in an open session',
  async run(report) {
    for (const host of ['embedded', ...(existsSync('/usr/bin/bwrap') ? ['native'] : [])]) {
      await using service = await Service.start({ env: { RUNNER: host } });
      report.note(`RUNNER=${host}.`);
      await inSession(report, service, () => service.isWarm());
    }
  },
};

/**
 * Cells that print one line, and fresh processes that do, in a session beside executions of their own.
 * @param isReady resolves once a program finds a sandbox ready
 */
export async function inSession(
  report: Report,
  service: Service,
  isReady: () => Promise<void>,
): Promise<void> {
  report.note(
    `Each prints a line, watched to its end over one WebSocket that is open. ${CELLS} cells of one context, one after the other, ` +
      'after one session was opened: from sending `execute` to the first event with output, and to the end.',
  );
  await using socket = await GraphQLSocket.open(service.url);
  const cells: Cell[][] = [];
  const rates: Cell[][] = [];
  for (const language of LANGUAGES) {
    await isReady();
    const program = hello(language);
    const sessionId = await createSession(socket, language);
    cells.push([
      language,
      CELLS,
      ...figures(await sample(socket, { ...program, sessionId, context: 'main' })),
    ]);
    const inside = await round(service, { ...program, sessionId }, CLIENTS);
    await endSession(socket, sessionId);
    await isReady();
    const outside = await round(service, program, CLIENTS);
    rates.push([language, inside.perSecond, inside.serverMs, outside.perSecond, outside.serverMs]);
  }
  report.table(
    ['language', 'cells', 'first output p50 ms', 'p95 ms', 'p99 ms', 'whole p50 ms', 'p95 ms', 'p99 ms'],
    cells,
  );
  report.note(
    `Fresh processes of ${CLIENTS} clients, each of which submits the next when one has ended: in one session, where one runs at a ` +
      'time, and as executions of their own, where several do.',
  );
  report.table(
    [
      'language',
      'in a session, runs/s',
      "server's CPU ms/run",
      'of their own, runs/s',
      "server's CPU ms/run",
    ],
    rates,
  );
}

async function sample(socket: GraphQLSocket, program: Program): Promise<readonly Seen[]> {
  const all: Seen[] = [];
  for (let cell = 0; cell < WARM_UP + CELLS; cell++) {
    all.push(mustSucceed(await runAndWatch(socket, program)));
  }
  return all.slice(WARM_UP);
}

function figures(all: readonly Seen[]): number[] {
  return [
    summarize(all.map(({ submittedAt, firstOutputAt }) => firstOutputAt - submittedAt)),
    summarize(all.map(({ submittedAt, endedAt }) => endedAt - submittedAt)),
  ].flatMap(({ p50, p95, p99 }) => [p50, p95, p99]);
}
