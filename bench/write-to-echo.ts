import type { Benchmark } from './benchmark.ts';
import { LANGUAGES, type Language, type Program, writing } from './client/operations.ts';
import { mustSucceed, runAndWatch } from './client/run.ts';
import { GraphQLSocket } from './client/socket.ts';
import { summarize } from './figures/quantiles.ts';
import type { Report } from './figures/report.ts';
import type { Cell } from './figures/table.ts';
import { Service } from './service/service.ts';

const LINES = 200;
/** What is printed within 20 ms of other text is gathered for as long. */
const PAUSE_MS = 50;

/** Programs that print each line that they read. */
const ECHO: { readonly [language in Language]: string } = {
  python: 'for _ in range(200): print(input(), flush=True)',
  javascript: `import { createInterface } from 'node:readline';
    let left = 200;
    for await (const line of createInterface({ input: process.stdin })) {
      console.log(line);
      if (--left === 0) process.exit();
    }`,
};

export const writeToEcho: Benchmark = {
  name: 'write-to-echo',
  title: 'Write to echo',
  async run(report) {
    await using service = await Service.start();
    await echo(report, service, () => service.isWarm());
  },
};

/** @param isReady resolves once a program finds a sandbox ready */
export async function echo(report: Report, service: Service, isReady: () => Promise<void>): Promise<void> {
  report.note(
    `From sending \`writeStdin\` with a line to the event with the program's echo of it, over one WebSocket, ${LINES} lines, ` +
      `each sent ${PAUSE_MS} ms after the one before was seen.`,
  );
  await using socket = await GraphQLSocket.open(service.url);
  const rows: Cell[][] = [];
  for (const language of LANGUAGES) {
    await isReady();
    const { count, p50, p95, p99 } = summarize(await sample(socket, language));
    rows.push([language, count, p50, p95, p99]);
  }
  report.table(['language', 'lines', 'p50 ms', 'p95 ms', 'p99 ms'], rows);
}

/** Milliseconds from each write to its echo. */
async function sample(socket: GraphQLSocket, language: Language): Promise<number[]> {
  const samples: number[] = [];
  let sentAt = Number.NaN;
  let hasBegun = false;
  const send = (id: string): void => {
    sentAt = performance.now();
    void socket.ask(writing(id, `line ${samples.length}\n`));
  };
  const program: Program = { language, code: ECHO[language], stdinOpen: true };
  const seen = await runAndWatch(socket, program, ({ chunks, execution }, id) => {
    if (!hasBegun && execution.status === 'RUNNING') {
      hasBegun = true;
      send(id);
    }
    if (!chunks.some(({ text }) => text === `line ${samples.length}\n`)) return;
    samples.push(performance.now() - sentAt);
    if (samples.length < LINES) setTimeout(send, PAUSE_MS, id);
  });
  mustSucceed(seen);
  return samples;
}
