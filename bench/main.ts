import type { Benchmark } from './benchmark.ts';
import { cancel } from './cancel.ts';
import { Report } from './figures/report.ts';
import { firstOutput } from './first-output.ts';
import { idle } from './idle.ts';
import { lines } from './lines.ts';
import { printToViewer } from './print-to-viewer.ts';
import { runs } from './runs.ts';
import { scaleRecords } from './scale-records.ts';
import { removeWorkspace } from './service/workspace.ts';
import { submissions } from './submissions.ts';
import { scaleViewers, viewers } from './viewers.ts';

/** A few minutes together. */
const USUAL: readonly Benchmark[] = [
  firstOutput,
  printToViewer,
  lines,
  runs,
  viewers,
  submissions,
  cancel,
  idle,
];
/** As long as they take. */
const SCALE: readonly Benchmark[] = [scaleViewers, scaleRecords];

/** `npm run bench`, `npm run bench -- scale`, `npm run bench -- NAME…`. */
async function main(names: readonly string[]): Promise<void> {
  const report = new Report();
  report.machine();
  try {
    for (const benchmark of choose(names)) {
      report.title(benchmark.title);
      await benchmark.run(report);
    }
  } finally {
    await removeWorkspace();
  }
}

function choose(names: readonly string[]): readonly Benchmark[] {
  if (names.length === 0) return USUAL;
  return names.flatMap((name) => {
    if (name === 'scale') return SCALE;
    const found = [...USUAL, ...SCALE].find((benchmark) => benchmark.name === name);
    if (found) return [found];
    const known = ['scale', ...[...USUAL, ...SCALE].map((benchmark) => benchmark.name)].join(', ');
    throw new Error(`expected one of ${known}, got ${JSON.stringify(name)}`);
  });
}

await main(process.argv.slice(2));
