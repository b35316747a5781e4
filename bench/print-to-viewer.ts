import type { Benchmark } from './benchmark.ts';
import { LANGUAGES, type Language } from './client/operations.ts';
import { mustSucceed, runAndWatch } from './client/run.ts';
import { GraphQLSocket } from './client/socket.ts';
import { summarize } from './figures/quantiles.ts';
import type { Cell } from './figures/table.ts';
import { calibratedClock } from './programs/clock.ts';
import { stamps } from './programs/programs.ts';
import { Service } from './service/service.ts';

export const LINES = 300;
export const EVERY_MS = [50, 5];

export const printToViewer: Benchmark = {
  name: 'print-to-viewer',
  title: 'Print to viewer',
  async run(report) {
    report.note(
      `From the print of a line to its event at a viewer on a WebSocket, ${LINES} lines. The program prints its clock ` +
        '(monotonic, set by the wall clock as its millisecond changes); the viewer has the same. Lines that come within ' +
        '20 ms of another are gathered for as long.',
    );
    await using service = await Service.start();
    await using socket = await GraphQLSocket.open(service.url);
    const rows: Cell[][] = [];
    for (const language of LANGUAGES) {
      for (const everyMs of EVERY_MS) {
        await service.isWarm();
        const { count, p50, p95, p99 } = summarize(await sample(socket, language, everyMs));
        rows.push([language, everyMs, count, p50, p95, p99]);
      }
    }
    report.table(['language', 'ms between lines', 'lines', 'p50 ms', 'p95 ms', 'p99 ms'], rows);
  },
};

/** Milliseconds from the print of each line to its event. */
export async function sample(socket: GraphQLSocket, language: Language, everyMs: number): Promise<number[]> {
  const now = calibratedClock();
  const samples: number[] = [];
  const seen = await runAndWatch(socket, stamps(language, LINES, everyMs), ({ chunks }) => {
    const at = now();
    const text = chunks.map((chunk) => chunk.text).join('');
    for (const line of text.split('\n')) if (line !== '') samples.push(at - Number(line));
  });
  mustSucceed(seen);
  return samples;
}
