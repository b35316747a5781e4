import type { Benchmark } from './benchmark.ts';
import { median, summarize } from './figures/quantiles.ts';
import type { Cell } from './figures/table.ts';
import { sample } from './first-output.ts';
import { mustBe, view } from './lines.ts';
import { BARE, type Bare } from './native/commands.ts';
import { Place } from './native/place.ts';
import { round } from './runs.ts';
import { ProcessorGroup } from './service/processor-group.ts';
import { Service } from './service/service.ts';
import { echo } from './write-to-echo.ts';

const AT_ONCE = [1, 4, 16];
const ROUNDS = 3;
const ROUND_MS = 800;
const WARM_SAMPLES = 20;
const COLD_SAMPLES = 10;
const BARE_MS = 500;
const IDLE_MS = 500;
const PAIRS = 3;

/** One turn: Podline, the command in a fresh jail, and the command alone, one after the other. */
interface Turn {
  readonly rates: readonly [podline: number, jailed: number, bare: number];
  readonly cpus: readonly [podline: number, jailed: number, bare: number];
}

function runsOf(bare: Bare): Benchmark {
  return {
    name: `native-${bare.language}`,
    title: `Native host: whole runs of ${bare.language} per second`,
    async run(report) {
      report.note(
        'Each client submits a program that prints a line, watches it to the end over its WebSocket, and submits the next. ' +
          'Beside it the same command in a fresh `bwrap` for each run, and alone, started by a small process as many at once, ' +
          `with the priority that the service gives to programs. In turn, ${ROUNDS} rounds of ${ROUND_MS / 1000} s; ratios are ` +
          "the medians of the rounds'. Processor time: of the server and all that it has started, what replaces its used " +
          'sandboxes included, and of all that the small process has started.',
      );
      using group = ProcessorGroup.open();
      await using service = await startService({}, group);
      await using place = await Place.open();
      const rows: Cell[][] = [];
      for (const atOnce of AT_ONCE) {
        const turns: Turn[] = [];
        for (let turn = 0; turn < ROUNDS; turn++)
          turns.push(await takeTurn({ service, group, place }, bare, atOnce));
        rows.push([bare.language, atOnce, ...figures(turns)]);
      }
      report.table(RUNS_COLUMNS, rows);
    },
  };
}

const RUNS_COLUMNS = [
  'language',
  'at once',
  'Podline runs/s',
  '`bwrap` runs/s',
  'bare runs/s',
  'to `bwrap`',
  'to bare',
  'CPU ms/run',
  '`bwrap` CPU ms',
  'bare CPU ms',
  'CPU to `bwrap`',
];

interface Measuring {
  readonly service: Service;
  readonly group: ProcessorGroup | null;
  readonly place: Place;
}

async function takeTurn({ service, group, place }: Measuring, bare: Bare, atOnce: number): Promise<Turn> {
  await service.isWarm();
  const before = group?.usedMs() ?? Number.NaN;
  const ours = await round(service, { language: bare.language, code: bare.hello }, atOnce, ROUND_MS);
  // What replaces the sandboxes that were used is not to be measured with the others.
  await service.isWarm();
  const ourMs = (group?.usedMs() ?? Number.NaN) - before;
  const jailed = await place.run(bare, bare.hello, { isJailed: true, atOnce, forMs: ROUND_MS });
  const alone = await place.run(bare, bare.hello, { isJailed: false, atOnce, forMs: ROUND_MS });
  const rate = ({ lengths, tookMs }: typeof jailed): number => (lengths.length / tookMs) * 1000;
  return {
    rates: [ours.perSecond, rate(jailed), rate(alone)],
    cpus: [ourMs / ours.lengths.length, jailed.cpuMs, alone.cpuMs],
  };
}

function figures(turns: readonly Turn[]): number[] {
  const medianOf = (figure: (turn: Turn) => number): number => median(turns.map(figure));
  return [
    medianOf(({ rates: [podline] }) => podline),
    medianOf(({ rates: [, jailed] }) => jailed),
    medianOf(({ rates: [, , bare] }) => bare),
    medianOf(({ rates: [podline, jailed] }) => podline / jailed),
    medianOf(({ rates: [podline, , bare] }) => podline / bare),
    medianOf(({ cpus: [podline] }) => podline),
    medianOf(({ cpus: [, jailed] }) => jailed),
    medianOf(({ cpus: [, , bare] }) => bare),
    medianOf(({ cpus: [podline, jailed] }) => podline / jailed),
  ];
}

const firstOutput: Benchmark = {
  name: 'native-first-output',
  title: 'Native host: first output',
  async run(report) {
    report.note(
      'From sending `execute` to the first event with output, one run at a time. Warm: ' +
        `${IDLE_MS} ms after the pools are full, which is when ready interpreters have imported what they do. Cold: ` +
        '`WARM=0`. Beside it, from the start of the same command to its first output.',
    );
    await using place = await Place.open();
    const rows: Cell[][] = [];
    for (const isWarm of [true, false]) {
      await using service = await startService(isWarm ? {} : { WARM: '0' });
      for (const bare of BARE) {
        const count = isWarm ? WARM_SAMPLES : COLD_SAMPLES;
        const program = { language: bare.language, code: bare.hello };
        const samples = await sample(service, program, { isWarm, count, idleMs: isWarm ? IDLE_MS : 0 });
        if (isWarm) await service.isWarm();
        const options = { atOnce: 1, forMs: BARE_MS };
        const jailed = await place.run(bare, bare.hello, { isJailed: true, ...options });
        const alone = await place.run(bare, bare.hello, { isJailed: false, ...options });
        const { p50, p95 } = summarize(samples);
        rows.push([
          bare.language,
          isWarm ? 'warm' : 'cold',
          p50,
          p95,
          median(jailed.firstOutputs),
          median(alone.firstOutputs),
        ]);
      }
    }
    report.table(['language', 'start', 'p50 ms', 'p95 ms', '`bwrap` p50 ms', 'bare p50 ms'], rows);
  },
};

const lines: Benchmark = {
  name: 'native-lines',
  title: 'Native host: 100,000 lines',
  async run(report) {
    report.note(
      'From the submission to the end at a viewer, whose text is compared with what the store holds. Beside it the same ' +
        `command, its pipe read to the end. In turn, ${PAIRS} times after one that is not counted; ratios are the medians'.`,
    );
    await using service = await startService();
    await using place = await Place.open();
    const rows: Cell[][] = [];
    for (const bare of BARE) {
      const turns: { ours: number; jailed: number; alone: number }[] = [];
      for (let turn = 0; turn <= PAIRS; turn++) turns.push(await compareLines(service, place, bare));
      turns.shift();
      rows.push([
        bare.language,
        median(turns.map(({ ours }) => ours)),
        median(turns.map(({ jailed }) => jailed)),
        median(turns.map(({ alone }) => alone)),
        median(turns.map(({ ours, jailed }) => ours / jailed)),
      ]);
    }
    report.table(['language', 'Podline ms', '`bwrap` ms', 'bare ms', 'ratio'], rows);
  },
};

async function compareLines(
  service: Service,
  place: Place,
  bare: Bare,
): Promise<{ ours: number; jailed: number; alone: number }> {
  await service.isWarm();
  const viewed = await view(service, {
    language: bare.language,
    code: bare.lines,
    limits: { timeoutMs: 300_000 },
  });
  await mustBe(service, viewed, viewed.text);
  await service.isWarm();
  const once = { atOnce: 1, forMs: 0 };
  const jailed = await place.run(bare, bare.lines, { isJailed: true, ...once });
  const alone = await place.run(bare, bare.lines, { isJailed: false, ...once });
  const bytes = Buffer.byteLength(viewed.text);
  if (bytes !== alone.bytes) throw new Error(`expected ${alone.bytes} bytes, got ${bytes}`);
  return { ours: viewed.ms, jailed: median(jailed.lengths), alone: median(alone.lengths) };
}

const writeToEcho: Benchmark = {
  name: 'native-write-to-echo',
  title: 'Native host: write to echo',
  async run(report) {
    await using service = await startService();
    await echo(report, service, () => service.isWarm());
  },
};

function startService(
  env: Readonly<Record<string, string>> = {},
  group: ProcessorGroup | null = null,
): Promise<Service> {
  return Service.start({ env: { RUNNER: 'native', ...env }, group });
}

/** Those of RUNNER=native, beside the same commands without Podline. */
export const NATIVE: readonly Benchmark[] = [...BARE.map(runsOf), firstOutput, writeToEcho, lines];
