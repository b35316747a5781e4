import type { Benchmark } from './benchmark.ts';
import { post } from './client/http.ts';
import { type Executed, executing, submitted } from './client/operations.ts';
import { median } from './figures/quantiles.ts';
import type { Report } from './figures/report.ts';
import type { Cell } from './figures/table.ts';
import { sleeper } from './programs/programs.ts';
import { fill } from './records/fill.ts';
import { QUESTIONS } from './records/questions.ts';
import { cancelAll } from './service/queue.ts';
import { Service } from './service/service.ts';
import { dataDirectory } from './service/workspace.ts';

const FEW = 1000;
const MANY = 1_000_000;
const ROUNDS = 20;
const ROUND = 50;

export const scaleRecords: Benchmark = {
  name: 'scale-records',
  title: 'List, get and submit at 1,000 and at 1,000,000 stored executions',
  async run(report) {
    report.note(
      `Two servers of one machine, asked in turn over HTTP, one question at a time: ${ROUNDS} rounds of ${ROUND} each, ` +
        "the first not counted. The ratio is the median of the rounds' ratios of medians.",
    );
    await using few = await Stored.open(report, FEW);
    await using many = await Stored.open(report, MANY);
    const rows: Cell[][] = [];
    for (const { name, ask } of QUESTIONS) {
      const rounds: { few: number; many: number }[] = [];
      for (let turn = 0; turn <= ROUNDS; turn++) {
        rounds.push({ few: await round(few, ask), many: await round(many, ask) });
      }
      rounds.shift();
      rows.push([
        name,
        median(rounds.map((pair) => pair.few)),
        median(rounds.map((pair) => pair.many)),
        median(rounds.map((pair) => pair.many / pair.few)),
      ]);
    }
    report.table(['question', 'p50 at 1,000, ms', 'p50 at 1,000,000, ms', 'ratio'], rows);
  },
};

/** A server over a database that was filled before it started. */
class Stored implements AsyncDisposable {
  readonly service: Service;
  readonly ids: readonly string[];

  private constructor(service: Service, ids: readonly string[]) {
    this.service = service;
    this.ids = ids;
  }

  static async open(report: Report, count: number): Promise<Stored> {
    const directory = await dataDirectory(`records-${count}`);
    const began = performance.now();
    const ids = await fill(directory, count);
    const seconds = (performance.now() - began) / 1000;
    report.note(`${count} records stored in ${seconds.toFixed(1)} s.`);
    const service = await Service.start({ directory, env: { MAX_RUNNING: '1', WARM: '0' } });
    // What is submitted from now on waits behind this one.
    submitted(await post<Executed>(service.url, executing(sleeper('javascript'))));
    return new Stored(service, ids);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.service[Symbol.asyncDispose]();
  }
}

/** The median of one round, milliseconds. What was submitted in it is cancelled. */
async function round({ service, ids }: Stored, ask: (typeof QUESTIONS)[number]['ask']): Promise<number> {
  const samples: number[] = [];
  const queued: string[] = [];
  for (let turn = 0; turn < ROUND; turn++) {
    const id = ids[Math.floor(Math.random() * ids.length)];
    if (id === undefined) throw new Error('expected stored ids, got none');
    const question = ask(id);
    const began = performance.now();
    const answer = await post<Partial<Executed>>(service.url, question);
    samples.push(performance.now() - began);
    if (answer.execute) queued.push(submitted({ execute: answer.execute }));
  }
  await cancelAll(service, queued);
  return median(samples);
}
