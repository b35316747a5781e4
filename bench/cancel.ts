import type { Benchmark } from './benchmark.ts';
import { cancelling, LANGUAGES, type Language } from './client/operations.ts';
import { runAndWatch } from './client/run.ts';
import { GraphQLSocket } from './client/socket.ts';
import { summarize } from './figures/quantiles.ts';
import type { Cell } from './figures/table.ts';
import { sleeper } from './programs/programs.ts';
import { Service } from './service/service.ts';

const SAMPLES = 30;

export const cancel: Benchmark = {
  name: 'cancel',
  title: 'Cancel to end',
  async run(report) {
    report.note('From sending `cancel` for a program that sleeps to the last event at its viewer.');
    await using service = await Service.start();
    const rows: Cell[][] = [];
    for (const language of LANGUAGES) {
      const samples: number[] = [];
      for (let turn = 0; turn < SAMPLES; turn++) {
        await service.isWarm();
        samples.push(await sample(service, language));
      }
      const { count, p50, p95, p99 } = summarize(samples);
      rows.push([language, count, p50, p95, p99]);
    }
    report.table(['language', 'runs', 'p50 ms', 'p95 ms', 'p99 ms'], rows);
  },
};

async function sample(service: Service, language: Language): Promise<number> {
  await using socket = await GraphQLSocket.open(service.url);
  let cancelledAt = Number.NaN;
  const seen = await runAndWatch(socket, sleeper(language), ({ chunks }, id) => {
    if (chunks.length === 0 || !Number.isNaN(cancelledAt)) return;
    cancelledAt = performance.now();
    void socket.ask(cancelling(id));
  });
  if (seen.status !== 'CANCELLED') throw new Error(`expected CANCELLED, got ${seen.status}`);
  return seen.endedAt - cancelledAt;
}
