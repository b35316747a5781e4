import type { Benchmark } from '../benchmark.ts';
import { LANGUAGES } from '../client/operations.ts';
import { GraphQLSocket } from '../client/socket.ts';
import { summarize } from '../figures/quantiles.ts';
import type { Cell } from '../figures/table.ts';
import { EVERY_MS, LINES, sample } from '../print-to-viewer.ts';
import { Bed, type Cluster } from './bed.ts';

/** The cluster's node must be this machine: the program and the viewer read the same clock. */
export function printToViewer(cluster: Cluster): Benchmark {
  return {
    name: 'kubernetes-print-to-viewer',
    title: 'Kubernetes: print to viewer',
    async run(report) {
      report.note(
        `From the print of a line to its event at a viewer on a WebSocket, ${LINES} lines, as above. It takes a node that ` +
          'has the same clock: this machine.',
      );
      await using bed = await Bed.open(cluster);
      await using service = await bed.start({ env: { WARM: '1' } });
      await using socket = await GraphQLSocket.open(service.url);
      const rows: Cell[][] = [];
      for (const language of LANGUAGES) {
        for (const everyMs of EVERY_MS) {
          await bed.isQuiet(service);
          const { count, p50, p95, p99 } = summarize(await sample(socket, language, everyMs));
          rows.push([language, everyMs, count, p50, p95, p99]);
        }
      }
      report.table(['language', 'ms between lines', 'lines', 'p50 ms', 'p95 ms', 'p99 ms'], rows);
    },
  };
}
