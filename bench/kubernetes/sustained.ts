import type { Benchmark } from '../benchmark.ts';
import { mustSucceed, runAndWatch } from '../client/run.ts';
import { GraphQLSocket } from '../client/socket.ts';
import { summarize } from '../figures/quantiles.ts';
import type { Cell } from '../figures/table.ts';
import { hello } from '../programs/programs.ts';
import type { Service } from '../service/service.ts';
import { Bed, type Cluster } from './bed.ts';

const SIZES = [0, 4, 16];
const CLIENTS = 8;
const MINUTE_MS = 60_000;

export function sustained(cluster: Cluster): Benchmark {
  return {
    name: 'kubernetes-sustained',
    title: 'Kubernetes: executions per second for a minute',
    async run(report) {
      report.note(
        `${CLIENTS} clients, each submits a Python program that prints a line, watches it to its end, and submits the ` +
          'next, for a minute; beginning with a full pool.',
      );
      await using bed = await Bed.open(cluster);
      const rows: Cell[][] = [];
      for (const size of SIZES) {
        await using service = await bed.start({ env: { WARM: `python=${size},javascript=0` } });
        if (size > 0) await bed.isQuiet(service);
        const cpuBefore = service.process.processorMs();
        const began = performance.now();
        const lengths = await keepBusy(service);
        const seconds = (performance.now() - began) / 1000;
        const serverMs = (service.process.processorMs() - cpuBefore) / lengths.length;
        const { count, p50, p95 } = summarize(lengths);
        rows.push([size, count, count / seconds, p50, p95, serverMs]);
      }
      report.table(
        ['warm pods', 'runs', 'runs/s', 'p50 of a run, ms', 'p95 ms', "server's CPU ms/run"],
        rows,
      );
    },
  };
}

async function keepBusy(service: Service): Promise<number[]> {
  const until = performance.now() + MINUTE_MS;
  const lengths: number[] = [];
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      await using socket = await GraphQLSocket.open(service.url);
      while (performance.now() < until) {
        const seen = mustSucceed(await runAndWatch(socket, hello('python')));
        lengths.push(seen.endedAt - seen.submittedAt);
      }
    }),
  );
  return lengths;
}
