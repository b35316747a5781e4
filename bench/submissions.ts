import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Benchmark } from './benchmark.ts';
import { type GraphQLRequest, post } from './client/http.ts';
import { type Executed, executing, submitted } from './client/operations.ts';
import { median } from './figures/quantiles.ts';
import { hello, sleeper } from './programs/programs.ts';
import { OwnProcess } from './service/process.ts';
import { cancelAll } from './service/queue.ts';
import { Service } from './service/service.ts';
import { dataDirectory } from './service/workspace.ts';

const BARE = fileURLToPath(new URL('./submissions/bare.ts', import.meta.url));
const PAIRS = 15;
const WARM_UP = 3;
/** Submissions in a round: as many as the queue takes by default. */
const ROUND = 990;
const CLIENTS = 8;

export const submissions: Benchmark = {
  name: 'submissions',
  title: 'Accepted submissions per second',
  async run(report) {
    report.note(
      `Rounds of ${ROUND} submissions over HTTP, ${CLIENTS} connections, in turn with a bare Yoga mutation with one ` +
        `SQLite insert, asked by the same client; ${PAIRS} pairs after ${WARM_UP} that are not counted. Nothing runs ` +
        'meanwhile (`MAX_RUNNING=1` and one that sleeps), and the queue is emptied between rounds: it holds 0 to ' +
        `${ROUND}, the default bound for all callers.`,
    );
    await using service = await Service.start({
      env: { MAX_RUNNING: '1', MAX_QUEUED_PER_CALLER: '1000', WARM: 'python=0,javascript=1' },
    });
    await using bare = OwnProcess.start([BARE, join(await dataDirectory('bare'), 'bare.db')], {});
    const [, bareUrl = ''] = await bare.said(/listens on (\S+)/);
    submitted(await post<Executed>(service.url, executing(sleeper('javascript'))));

    const pairs: { ours: number; theirs: number }[] = [];
    for (let turn = 0; turn < WARM_UP + PAIRS; turn++) {
      const ids: string[] = [];
      const ours = await perSecond(async () => {
        ids.push(submitted(await post<Executed>(service.url, executing(hello('python')))));
      });
      const theirs = await perSecond(() => post(bareUrl, SUBMIT));
      await cancelAll(service, ids);
      if (turn >= WARM_UP) pairs.push({ ours, theirs });
    }
    report.table(
      ['submissions/s', 'bare mutations/s', 'ratio', 'least ratio', 'most ratio'],
      [
        [
          Math.round(median(pairs.map(({ ours }) => ours))),
          Math.round(median(pairs.map(({ theirs }) => theirs))),
          median(pairs.map(ratio)),
          Math.min(...pairs.map(ratio)),
          Math.max(...pairs.map(ratio)),
        ],
      ],
    );
  },
};

function ratio({ ours, theirs }: { ours: number; theirs: number }): number {
  return ours / theirs;
}

const SUBMIT: GraphQLRequest = {
  query: 'mutation ($input: SubmitInput!) { submit(input: $input) { id } }',
  variables: { input: hello('python') },
};

async function perSecond(ask: () => Promise<unknown>): Promise<number> {
  let left = ROUND;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (left-- > 0) await ask();
    }),
  );
  return (ROUND / (performance.now() - began)) * 1000;
}
