import type { Benchmark } from '../benchmark.ts';
import { LANGUAGES, type Language } from '../client/operations.ts';
import { mustSucceed, runAndWatch } from '../client/run.ts';
import { GraphQLSocket } from '../client/socket.ts';
import { median, summarize } from '../figures/quantiles.ts';
import type { Cell } from '../figures/table.ts';
import { hello } from '../programs/programs.ts';
import { BarePods } from './bare-pods.ts';
import { Bed, type Cluster } from './bed.ts';

const WARM_SAMPLES = 100;
const COLD_TURNS = 15;
/** Not counted: code that has not run yet is slow. */
const WARM_UP = 5;

export type RuntimeClass = 'gvisor' | undefined;

/** The cluster's own runtime, and gVisor where there is one. */
async function runtimeClasses(): Promise<RuntimeClass[]> {
  return (await Bed.has('gvisor')) ? [undefined, 'gvisor'] : [undefined];
}

export function warm(cluster: Cluster): Benchmark {
  return {
    name: 'kubernetes-warm',
    title: 'Kubernetes: submit to first output, warm',
    async run(report) {
      report.note(
        'From sending `execute` to the first event with output, both over one open WebSocket; one run at a time, once the ' +
          'two pods of the pool are ready again and the one before is gone.',
      );
      await using bed = await Bed.open(cluster);
      const rows: Cell[][] = [];
      for (const runtimeClass of await runtimeClasses()) {
        for (const language of LANGUAGES) {
          const { count, p50, p95, p99 } = summarize(await sampleWarm(bed, language, runtimeClass));
          rows.push([language, runtimeClass ?? 'default', count, p50, p95, p99]);
        }
      }
      report.table(['language', 'runtime', 'runs', 'p50 ms', 'p95 ms', 'p99 ms'], rows);
    },
  };
}

async function sampleWarm(bed: Bed, language: Language, runtimeClass: RuntimeClass): Promise<number[]> {
  const other = language === 'python' ? 'javascript' : 'python';
  const env = { WARM: `${language}=2,${other}=0` };
  await using service = await bed.start({ env, runtimeClass });
  await using socket = await GraphQLSocket.open(service.url);
  const samples: number[] = [];
  for (let turn = 0; turn < WARM_UP + WARM_SAMPLES; turn++) {
    await bed.isQuiet(service);
    const seen = mustSucceed(await runAndWatch(socket, hello(language)));
    if (turn >= WARM_UP) samples.push(seen.firstOutputAt - seen.submittedAt);
  }
  return samples;
}

export function cold(cluster: Cluster): Benchmark {
  return {
    name: 'kubernetes-cold',
    title: 'Kubernetes: submit to first output, cold, beside a bare Job',
    async run(report) {
      report.note(
        '`WARM=0`: from sending `execute` to the first event with output. Bare: a Job with the same image that prints the ' +
          'same line, from asking for it to the first line of its log; over the API with connections that are kept and a ' +
          `watch that is open, and with kubectl. In turn, ${COLD_TURNS} times after one that is not counted; ratios are ` +
          "the median of the turns'.",
      );
      await using bed = await Bed.open(cluster);
      const rows: Cell[][] = [];
      for (const runtimeClass of await runtimeClasses()) await compareCold(bed, runtimeClass, rows);
      const columns = ['language', 'runtime', 'Podline p50 ms', 'p95 ms', 'bare Job p50 ms', 'ratio'];
      report.table([...columns, 'kubectl p50 ms', 'ratio'], rows);
    },
  };
}

async function compareCold(bed: Bed, runtimeClass: RuntimeClass, rows: Cell[][]): Promise<void> {
  await using service = await bed.start({ env: { WARM: '0' }, runtimeClass });
  await using socket = await GraphQLSocket.open(service.url);
  await using bare = await BarePods.open(bed, { runtimeClass });
  for (const language of LANGUAGES) {
    const program = hello(language);
    const turns: { ours: number; job: number; kubectl: number }[] = [];
    for (let turn = 0; turn <= COLD_TURNS; turn++) {
      const seen = mustSucceed(await runAndWatch(socket, program));
      await bed.isEmpty();
      const job = await bare.timeJob(language, program.code);
      const kubectl = await bare.timeKubectl(language, program.code);
      if (turn > 0) turns.push({ ours: seen.firstOutputAt - seen.submittedAt, job, kubectl });
    }
    const { p50, p95 } = summarize(turns.map(({ ours }) => ours));
    rows.push([
      language,
      runtimeClass ?? 'default',
      p50,
      p95,
      median(turns.map(({ job }) => job)),
      median(turns.map(({ ours, job }) => ours / job)),
      median(turns.map(({ kubectl }) => kubectl)),
      median(turns.map(({ ours, kubectl }) => ours / kubectl)),
    ]);
  }
}
