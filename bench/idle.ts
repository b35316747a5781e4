import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark } from './benchmark.ts';
import { get } from './client/http.ts';
import { mustSucceed, runAndWatch } from './client/run.ts';
import { GraphQLSocket } from './client/socket.ts';
import { summarize } from './figures/quantiles.ts';
import { hello } from './programs/programs.ts';
import { Service, type ServiceOptions } from './service/service.ts';

const STARTS = 10;
const RUNS = 100;
const SETTLE_MS = 5000;
/** Seldom: to be asked for its metrics is no idleness. */
const LOOK_MS = 2000;
const MiB = 1024 * 1024;

export const idle: Benchmark = {
  name: 'idle',
  title: 'Start and idle memory',
  async run(report) {
    // Once, so that the snapshot is there.
    await using made = await Service.start();
    await made.isWarm();
    await made[Symbol.asyncDispose]();

    report.note(
      'From the start of the process to 200 from `/readyz`, the snapshot being there; beside it a Node that does nothing.',
    );
    const starts: number[] = [];
    const nothing: number[] = [];
    for (let turn = 0; turn < STARTS; turn++) {
      starts.push(await timeStart());
      nothing.push(await timeNothing());
    }
    const rows = [
      { name: 'Podline', ...summarize(starts) },
      { name: '`node -e 0`', ...summarize(nothing) },
    ].map(({ name, count, p50, least, most }) => [name, count, p50, least, most]);
    report.table(['start', 'times', 'p50 ms', 'least ms', 'most ms'], rows);

    report.note("Resident memory of the server's process alone, its sandboxes aside.");
    report.table(['server', 'MiB'], await memory());
  },
};

/** From the start of the process to 200 from `/readyz`, milliseconds. */
export async function timeStart(options: ServiceOptions = {}): Promise<number> {
  const began = performance.now();
  await using service = await Service.start(options);
  while ((await get(`${service.url}/readyz`)).status !== 200);
  return performance.now() - began;
}

async function timeNothing(): Promise<number> {
  const began = performance.now();
  await once(spawn(process.execPath, ['-e', '0'], { env: {}, stdio: 'ignore' }), 'close');
  return performance.now() - began;
}

async function memory(): Promise<[string, number][]> {
  await using service = await Service.start();
  await service.isWarm(LOOK_MS);
  await sleep(SETTLE_MS);
  const rows: [string, number][] = [['just started, pools full', service.process.residentBytes() / MiB]];
  await using socket = await GraphQLSocket.open(service.url);
  for (let turn = 0; turn < RUNS; turn++) mustSucceed(await runAndWatch(socket, hello('javascript')));
  await service.isWarm(LOOK_MS);
  await sleep(SETTLE_MS);
  rows.push([`after ${RUNS} runs`, service.process.residentBytes() / MiB]);
  return rows;
}
