import type { Benchmark } from '../benchmark.ts';
import { LANGUAGES, type Language } from '../client/operations.ts';
import { median } from '../figures/quantiles.ts';
import type { Cell } from '../figures/table.ts';
import { LINES, mustBe, view } from '../lines.ts';
import { manyLines } from '../programs/programs.ts';
import type { Service } from '../service/service.ts';
import { BarePods } from './bare-pods.ts';
import { Bed, type Cluster } from './bed.ts';

const PAIRS = 7;

interface Pair {
  readonly oursMs: number;
  readonly bareMs: number;
  readonly events: number;
}

export function lines(cluster: Cluster): Benchmark {
  return {
    name: 'kubernetes-lines',
    title: `Kubernetes: ${LINES.toLocaleString('en')} lines to a viewer and the store`,
    async run(report) {
      report.note(
        'From the submission, in a warm pod, to the end at a viewer; viewer and store hold every line. Bare: the same ' +
          'program in a pod that runs and is attached to with the same limits, from the line that has it begin to its last ' +
          `bytes. In turn, ${PAIRS} pairs after one that is not counted; the ratio is the median of the pairs'.`,
      );
      await using bed = await Bed.open(cluster);
      await using bare = await BarePods.open(bed);
      const rows: Cell[][] = [];
      for (const language of LANGUAGES) {
        const other = language === 'python' ? 'javascript' : 'python';
        await using service = await bed.start({ env: { WARM: `${language}=1,${other}=0` } });
        const pairs: Pair[] = [];
        for (let turn = 0; turn <= PAIRS; turn++) pairs.push(await pair(bed, service, bare, language));
        pairs.shift();
        rows.push([
          language,
          median(pairs.map(({ oursMs }) => oursMs)),
          median(pairs.map(({ bareMs }) => bareMs)),
          median(pairs.map(({ oursMs, bareMs }) => oursMs / bareMs)),
          median(pairs.map(({ events }) => events)),
        ]);
      }
      report.table(['language', 'Podline ms', 'bare attach ms', 'ratio', 'events'], rows);
    },
  };
}

async function pair(bed: Bed, service: Service, bare: BarePods, language: Language): Promise<Pair> {
  const program = manyLines(language, LINES);
  await bed.isQuiet(service);
  const viewed = await view(service, program);
  await bed.isQuiet(service);
  const { ms, text } = await bare.timeAttached(program, viewed.text.length);
  await mustBe(service, viewed, text);
  return { oursMs: viewed.ms, bareMs: ms, events: viewed.events };
}
