import type { Benchmark } from '../benchmark.ts';
import { echo } from '../write-to-echo.ts';
import { Bed, type Cluster } from './bed.ts';

export function writeToEcho(cluster: Cluster): Benchmark {
  return {
    name: 'kubernetes-write-to-echo',
    title: 'Kubernetes: write to echo',
    async run(report) {
      await using bed = await Bed.open(cluster);
      await using service = await bed.start({ env: { WARM: '1' } });
      await echo(report, service, () => bed.isQuiet(service));
    },
  };
}
