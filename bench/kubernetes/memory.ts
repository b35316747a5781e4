import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark } from '../benchmark.ts';
import { post } from '../client/http.ts';
import type { Executed } from '../client/operations.ts';
import { executing, submitted } from '../client/operations.ts';
import type { Cell } from '../figures/table.ts';
import { sleeper } from '../programs/programs.ts';
import { INSPECTABLE, Inspector } from '../service/inspector.ts';
import { cancelAll } from '../service/queue.ts';
import { Bed, type Cluster } from './bed.ts';

const COUNTS = [1, 25];
const KiB = 1024;
const MiB = 1024 * KiB;
const LOOK_MS = 100;
/** After the last one runs: what starting it left behind is collected then. */
const SETTLE_MS = 3000;

export function memory(cluster: Cluster): Benchmark {
  return {
    name: 'kubernetes-memory',
    title: "Kubernetes: server's memory per running execution",
    async run(report) {
      report.note(
        "Python programs that sleep, nobody watching. The server's process after garbage collection.",
      );
      await using bed = await Bed.open(cluster);
      // Small pods, so that any node has room for them.
      const env = { WARM: '0', DEFAULT_LIMITS: 'memoryMb=64' };
      await using service = await bed.start({ env, nodeOptions: INSPECTABLE });
      await using inspector = await Inspector.open(service.process);
      const ids: string[] = [];
      const rows: Cell[][] = [];
      let last: { count: number; resident: number; heap: number } | null = null;
      for (const count of COUNTS) {
        while (ids.length < count)
          ids.push(submitted(await post<Executed>(service.url, executing(sleeper('python')))));
        while ((await service.gauge('podline_first_output_seconds_count')) < count) await sleep(LOOK_MS);
        await sleep(SETTLE_MS);
        const { resident, heap } = await inspector.memoryInUse();
        const each = (now: number, before: number): Cell =>
          last === null ? '' : (now - before) / KiB / (count - last.count);
        rows.push([
          count,
          resident / MiB,
          heap / MiB,
          each(resident, last?.resident ?? 0),
          each(heap, last?.heap ?? 0),
        ]);
        last = { count, resident, heap };
      }
      await cancelAll(service, ids);
      report.table(
        ['running', 'resident MiB', 'heap MiB', 'KiB more each (resident)', 'KiB more each (heap)'],
        rows,
      );
    },
  };
}
