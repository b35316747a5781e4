import type { Benchmark } from './benchmark.ts';
import { median } from './figures/quantiles.ts';
import type { Cell } from './figures/table.ts';
import { sample } from './first-output.ts';
import { timeStart } from './idle.ts';
import { hello } from './programs/programs.ts';
import { type Round, round } from './runs.ts';
import { Service } from './service/service.ts';

const ISOLATIONS = ['none', 'bubblewrap', 'landlock'];
const STARTS = 10;
const FIRST_OUTPUTS = 40;
const CLIENTS = 4;
const ROUNDS = 3;

interface Figures {
  readonly starts: number[];
  readonly firstOutputs: { readonly javascript: number[]; readonly python: number[] };
  readonly rounds: Round[];
}

/** They are measured in turn: what else the machine does is then the same for all. */
export const jails: Benchmark = {
  name: 'jails',
  title: 'What a jail costs',
  async run(report) {
    report.note(
      'The service with each `SANDBOX_ISOLATION`, in turn. Start: to 200 from `/readyz`, the snapshot being there. First ' +
        `output: as \`first-output\`, warm. Runs: whole JavaScript runs per second of ${CLIENTS} clients, as \`runs\`.`,
    );
    const all = new Map<string, Figures>(
      ISOLATIONS.map((isolation) => [
        isolation,
        { starts: [], firstOutputs: { javascript: [], python: [] }, rounds: [] },
      ]),
    );
    for (let turn = 0; turn < ROUNDS; turn++) {
      for (const [isolation, figures] of all) await measure(isolation, figures);
    }
    const rows = [...all].map(([isolation, { starts, firstOutputs, rounds }]): Cell[] => [
      isolation,
      median(starts),
      median(firstOutputs.javascript),
      median(firstOutputs.python),
      median(rounds.map(({ perSecond }) => perSecond)),
    ]);
    report.table(['jail', 'start p50 ms', 'JavaScript p50 ms', 'Python p50 ms', 'runs/s'], rows);
  },
};

async function measure(isolation: string, { starts, firstOutputs, rounds }: Figures): Promise<void> {
  const options = { env: { SANDBOX_ISOLATION: isolation } };
  // The first one makes the snapshot, if it is not there.
  {
    await using made = await Service.start(options);
    await made.isWarm();
  }
  for (let start = 0; start < STARTS / ROUNDS; start++) starts.push(await timeStart(options));
  await using service = await Service.start(options);
  for (const language of ['javascript', 'python'] as const) {
    firstOutputs[language].push(
      ...(await sample(service, hello(language), { isWarm: true, count: FIRST_OUTPUTS / ROUNDS })),
    );
  }
  await service.isWarm();
  rounds.push(await round(service, hello('javascript'), CLIENTS));
}
