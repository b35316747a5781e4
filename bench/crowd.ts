import type { Benchmark } from './benchmark.ts';
import { post } from './client/http.ts';
import { type Executed, executing, submitted } from './client/operations.ts';
import { mustSucceed, runAndWatch, watch } from './client/run.ts';
import { GraphQLSocket } from './client/socket.ts';
import { Child } from './crowd/child.ts';
import type { Probed, Probing } from './crowd/probe.ts';
import type { Viewing } from './crowd/viewers.ts';
import { summarize } from './figures/quantiles.ts';
import type { Cell } from './figures/table.ts';
import { manyLines, sleeper } from './programs/programs.ts';
import { Service } from './service/service.ts';

const MiB = 1024 * 1024;
const LINES_OF_2_MB = 32_000;
const PROCESSES = 2;
const PROBE_MS = 20;
const LIMIT_MS = 5000;
const SAMPLE_MS = 50;

interface Scenario {
  readonly name: string;
  readonly sockets: number;
  /** Subscriptions of each socket. */
  readonly each: number;
  readonly lines: number;
  /** Fields of each event. */
  readonly fields: string;
  readonly cutAfterMs: number | null;
}

const ALL = { each: 1, lines: LINES_OF_2_MB, fields: 'chunks { seq text } cursor ended', cutAfterMs: null };

const SCENARIOS: readonly Scenario[] = [
  { ...ALL, name: '100 viewers', sockets: 100 },
  { ...ALL, name: '300 viewers', sockets: 300 },
  { ...ALL, name: '1,000 viewers', sockets: 1000 },
  { ...ALL, name: '100 viewers, `tail(lines: 20)`', sockets: 100, fields: 'tail(lines: 20) cursor ended' },
  {
    ...ALL,
    name: '20 sockets × 50, 4 MB, cut after 1 s',
    sockets: 20,
    each: 50,
    lines: 2 * LINES_OF_2_MB,
    cutAfterMs: 1000,
  },
  {
    ...ALL,
    name: '20 sockets × 50, `tail(lines: 64)`, cut after 1 s',
    sockets: 20,
    each: 50,
    fields: 'tail(lines: 64) cursor ended',
    cutAfterMs: 1000,
  },
];

export const crowd: Benchmark = {
  name: 'crowd',
  title: 'Viewers who catch up',
  async run(report) {
    report.note(
      `All viewers subscribe at once to what a program that has ended had printed (2 MB unless another size is named), ` +
        `from ${PROCESSES} processes, and check what they get. Another process asks \`/livez\` every ${PROBE_MS} ms, with a ` +
        `connection for each; what could not be asked meanwhile counts as waiting too. Meanwhile a program with ` +
        `\`timeoutMs: ${LIMIT_MS}\` runs that does not end by itself.`,
    );
    const rows: Cell[][] = [];
    for (const scenario of SCENARIOS) rows.push(await measure(scenario));
    report.table(
      [
        'viewers',
        '`/livez` p50 ms',
        'p99 ms',
        'most ms',
        'last has all, s',
        `program of ${LIMIT_MS / 1000} s, s`,
        "server's CPU, s",
        'MiB before',
        'MiB at most',
      ],
      rows,
    );
  },
};

async function measure({ name, sockets, each, lines, fields, cutAfterMs }: Scenario): Promise<Cell[]> {
  await using service = await Service.start();
  await using socket = await GraphQLSocket.open(service.url);
  await service.isWarm();
  const { id } = mustSucceed(await runAndWatch(socket, manyLines('javascript', lines)));
  const operation = {
    query: `subscription ($id: ID!) { output(id: $id) { ${fields} } }`,
    variables: { id },
  };
  await using children = new AsyncDisposableStack();
  const viewers = Array.from({ length: PROCESSES }, () =>
    children.use(
      new Child<Viewing>('viewers.ts', {
        url: service.url,
        operation,
        sockets: Math.ceil(sockets / PROCESSES),
        each,
        cutAfterMs,
      }),
    ),
  );
  await Promise.all(viewers.map((child) => child.next()));
  await service.isWarm();
  const limited = await startLimited(service, socket);
  const probe = children.use(
    new Child<Probing>('probe.ts', { url: `${service.url}/livez`, everyMs: PROBE_MS }),
  );

  const before = service.process.residentBytes();
  const cpuBefore = service.process.processorMs();
  let most = before;
  const sampling = setInterval(() => {
    most = Math.max(most, service.process.residentBytes());
  }, SAMPLE_MS);
  const beganAt = performance.now();
  for (const child of viewers) child.send({ start: true });
  await Promise.all(viewers.map((child) => child.next()));
  const tookMs = performance.now() - beganAt;
  if (cutAfterMs !== null) await service.hasViewers(0);
  const cpuMs = service.process.processorMs() - cpuBefore;
  const wallMs = await wallMsOf(service, socket, limited);
  clearInterval(sampling);
  probe.send({ stop: true });
  const { p50, p99, most: longest } = summarize((await probe.next<Probed>()).samples);
  return [
    name,
    p50,
    p99,
    longest,
    cutAfterMs === null ? tookMs / 1000 : '–',
    wallMs / 1000,
    cpuMs / 1000,
    before / MiB,
    most / MiB,
  ];
}

/** Resolves with its id once it runs. */
async function startLimited(service: Service, socket: GraphQLSocket): Promise<string> {
  const program = { ...sleeper('javascript'), limits: { timeoutMs: LIMIT_MS } };
  const id = submitted(await socket.ask<Executed>(executing(program)));
  for (;;) {
    const { execution } = await post<{ execution: { status: string } }>(service.url, {
      query: 'query ($id: ID!) { execution(id: $id) { status } }',
      variables: { id },
    });
    if (execution.status === 'RUNNING') return id;
  }
}

async function wallMsOf(service: Service, socket: GraphQLSocket, id: string): Promise<number> {
  await watch(socket, id, () => {});
  const { execution } = await post<{ execution: { endReason: string; usage: { wallMs: number } } }>(
    service.url,
    {
      query: 'query ($id: ID!) { execution(id: $id) { endReason usage { wallMs } } }',
      variables: { id },
    },
  );
  if (execution.endReason !== 'TIMED_OUT') throw new Error(`expected TIMED_OUT, got ${execution.endReason}`);
  return execution.usage.wallMs;
}
