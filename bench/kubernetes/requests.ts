import type { Benchmark } from '../benchmark.ts';
import { mustSucceed, runAndWatch } from '../client/run.ts';
import { GraphQLSocket } from '../client/socket.ts';
import type { Cell } from '../figures/table.ts';
import { hello } from '../programs/programs.ts';
import type { Service } from '../service/service.ts';
import { Bed, type Cluster } from './bed.ts';

const RUNS = 40;
const KiB = 1024;

export function requests(cluster: Cluster): Benchmark {
  return {
    name: 'kubernetes-requests',
    title: 'Kubernetes: API requests and bytes per execution',
    async run(report) {
      report.note(
        `${RUNS} Python programs that print a line, one after the other, with all that belongs to them: what replaces the ` +
          'pod, its events on the watches, its deletion. Bytes of bodies and messages, as `/metrics` tells them.',
      );
      await using bed = await Bed.open(cluster);
      const rows: Cell[][] = [];
      for (const [start, warm] of [
        ['warm', 2],
        ['cold', 0],
      ] as const) {
        await using service = await bed.start({ env: { WARM: `python=${warm},javascript=0` } });
        rows.push([start, ...(await perRun(bed, service, warm > 0))]);
      }
      report.table(
        ['start', 'requests', 'of them creates, attaches, deletes', 'KiB sent', 'KiB received'],
        rows,
      );
    },
  };
}

async function perRun(bed: Bed, service: Service, isWarm: boolean): Promise<Cell[]> {
  await using socket = await GraphQLSocket.open(service.url);
  const quiet = () => (isWarm ? bed.isQuiet(service) : bed.isEmpty());
  mustSucceed(await runAndWatch(socket, hello('python')));
  await quiet();
  const before = await read(service);
  for (let turn = 0; turn < RUNS; turn++) {
    mustSucceed(await runAndWatch(socket, hello('python')));
    await quiet();
  }
  const after = await read(service);
  const [all, creates, attaches, deletes, sent, received] = after.map(
    (value, index) => (value - (before[index] ?? 0)) / RUNS,
  ) as [number, number, number, number, number, number];
  const ofThem = [creates, attaches, deletes].map((value) => value.toFixed(2)).join(', ');
  return [all, ofThem, sent / KiB, received / KiB];
}

function read(service: Service): Promise<number[]> {
  const requests = 'podline_kubernetes_request_seconds_count';
  const bytes = 'podline_kubernetes_bytes_total';
  return Promise.all([
    service.gauge(requests),
    service.gauge(requests, 'resource="jobs",code="201"'),
    service.gauge(requests, 'resource="pods/attach"'),
    service.gauge(requests, 'verb="delete"'),
    service.gauge(bytes, 'direction="sent"'),
    service.gauge(bytes, 'direction="received"'),
  ]);
}
