import type { Benchmark } from './benchmark.ts';
import { cancelling, type Executed, executing, submitted } from './client/operations.ts';
import { GraphQLSocket } from './client/socket.ts';
import { summarize } from './figures/quantiles.ts';
import type { Report } from './figures/report.ts';
import { sleeper, stamps } from './programs/programs.ts';
import { INSPECTABLE, Inspector } from './service/inspector.ts';
import { Service } from './service/service.ts';
import { Crowd, type Sight } from './viewers/crowd.ts';

export const viewers: Benchmark = {
  name: 'viewers',
  title: '1,000 viewers of one run',
  run: (report) => measure(report, { crowds: 1, each: 1000, lines: 40, everyMs: 250 }),
};

export const scaleViewers: Benchmark = {
  name: 'scale-viewers',
  title: '10,000 viewers of one run',
  run: (report) => measure(report, { crowds: 2, each: 5000, lines: 20, everyMs: 2500 }),
};

interface Setting {
  readonly crowds: number;
  readonly each: number;
  readonly lines: number;
  readonly everyMs: number;
}

/** Viewers that come and go before anything is measured, so that code and tables that stay are not counted as theirs. */
const WARM_UP_VIEWERS = 300;
const KiB = 1024;

async function measure(report: Report, { crowds, each, lines, everyMs }: Setting): Promise<void> {
  const count = crowds * each;
  report.note(
    `Each viewer has a WebSocket of its own (${crowds} client process${crowds === 1 ? '' : 'es'}) and checks the order of ` +
      `what it gets. A JavaScript program prints its clock ${lines} times, ${everyMs} ms apart; it starts when all have ` +
      'subscribed. Memory: of the server, after garbage collection, before and with the viewers.',
  );
  await using service = await Service.start({ nodeOptions: INSPECTABLE, env: { MAX_RUNNING: '1' } });
  await using inspector = await Inspector.open(service.process);
  await using socket = await GraphQLSocket.open(service.url);
  const inFront = submitted(await socket.ask<Executed>(executing(sleeper('javascript'))));
  const id = submitted(await socket.ask<Executed>(executing(stamps('javascript', lines, everyMs))));
  await comeAndGo(service, id);

  const before = await inspector.memoryInUse();
  await using audience = new AsyncDisposableStack();
  const watching = Array.from({ length: crowds }, () =>
    audience.use(new Crowd({ url: service.url, id, count: each })),
  );
  await Promise.all(watching.map((crowd) => crowd.isWatching()));
  await service.hasViewers(count);
  const after = await inspector.memoryInUse();

  const cpuBefore = service.process.processorMs();
  await socket.ask(cancelling(inFront));
  const sights = await Promise.all(watching.map((crowd) => crowd.saw()));
  const cpuMs = service.process.processorMs() - cpuBefore;
  const { late, endMs, events } = sum(sights, lines);
  report.table(
    [
      'viewers',
      'print to last viewer, p50 ms',
      'most ms',
      'last print to last end, ms',
      'KiB each (resident)',
      'KiB each (heap)',
      "server's CPU, µs per event",
    ],
    [
      [
        count,
        late.p50,
        late.most,
        endMs,
        (after.resident - before.resident) / count / KiB,
        (after.heap - before.heap) / count / KiB,
        (cpuMs * 1000) / events,
      ],
    ],
  );
}

async function comeAndGo(service: Service, id: string): Promise<void> {
  await using crowd = new Crowd({ url: service.url, id, count: WARM_UP_VIEWERS });
  await crowd.isWatching();
  await service.hasViewers(WARM_UP_VIEWERS);
  await crowd[Symbol.asyncDispose]();
  await service.hasViewers(0);
}

/** Over all crowds; the last line's print is the nearest to the end that the program itself can tell. */
function sum(
  sights: readonly Sight[],
  lines: number,
): { late: ReturnType<typeof summarize>; endMs: number; events: number } {
  const lastAt = new Map<number, number>();
  for (const sight of sights) {
    for (const line of sight.lines)
      lastAt.set(line.printedAt, Math.max(line.lastAt, lastAt.get(line.printedAt) ?? 0));
  }
  if (lastAt.size !== lines) throw new Error(`expected ${lines} lines, got ${lastAt.size}`);
  const endedAt = Math.max(...sights.map((sight) => sight.endedAt));
  return {
    late: summarize([...lastAt].map(([printedAt, at]) => at - printedAt)),
    endMs: endedAt - Math.max(...lastAt.keys()),
    events: sights.reduce((all, sight) => all + sight.events, 0),
  };
}
