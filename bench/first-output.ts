import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark } from './benchmark.ts';
import { LANGUAGES, type Program } from './client/operations.ts';
import { mustSucceed, runAndWatch } from './client/run.ts';
import { GraphQLSocket } from './client/socket.ts';
import { summarize } from './figures/quantiles.ts';
import type { Cell } from './figures/table.ts';
import { hello } from './programs/programs.ts';
import { Service } from './service/service.ts';

const WARM_SAMPLES = 100;
const COLD_SAMPLES = 20;
/** Not counted: code that has not run yet is slow. */
const WARM_UP = 10;

export const firstOutput: Benchmark = {
  name: 'first-output',
  title: 'Submit to first output at a subscriber',
  async run(report) {
    report.note(
      'From sending `execute` to the first event with output, both over one open WebSocket; one run at a time. Warm: ' +
        'once the pool is full again. Cold: `WARM=0`.',
    );
    const rows: Cell[][] = [];
    for (const isWarm of [true, false]) {
      await using service = await Service.start({ env: isWarm ? {} : { WARM: '0' } });
      for (const language of LANGUAGES) {
        const samples = await sample(service, hello(language), { isWarm });
        const { count, p50, p95, p99 } = summarize(samples);
        rows.push([language, isWarm ? 'warm' : 'cold', count, p50, p95, p99]);
      }
    }
    report.table(['language', 'start', 'runs', 'p50 ms', 'p95 ms', 'p99 ms'], rows);
  },
};

export interface Sampling {
  readonly isWarm: boolean;
  /** Samples; default: as many as this benchmark takes. */
  readonly count?: number;
  /** How long nothing is asked of pools that are full, milliseconds; default 0. */
  readonly idleMs?: number;
}

/** From each submission to its first output, milliseconds. */
export async function sample(
  service: Service,
  program: Program,
  { isWarm, count = isWarm ? WARM_SAMPLES : COLD_SAMPLES, idleMs = 0 }: Sampling,
): Promise<number[]> {
  await using socket = await GraphQLSocket.open(service.url);
  const samples: number[] = [];
  const warmUp = isWarm ? WARM_UP : 1;
  for (let turn = 0; turn < warmUp + count; turn++) {
    if (isWarm) await service.isWarm();
    if (idleMs > 0) await sleep(idleMs);
    const seen = mustSucceed(await runAndWatch(socket, program));
    if (turn >= warmUp) samples.push(seen.firstOutputAt - seen.submittedAt);
  }
  return samples;
}
