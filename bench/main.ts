import { type Benchmark, UnusableError } from './benchmark.ts';
import { cancel } from './cancel.ts';
import { consolePage } from './console.ts';
import { crowd } from './crowd.ts';
import { Report } from './figures/report.ts';
import { firstOutput } from './first-output.ts';
import { idle } from './idle.ts';
import { jails } from './jails.ts';
import { kubernetes } from './kubernetes.ts';
import { lines } from './lines.ts';
import { NATIVE } from './native.ts';
import { printToViewer } from './print-to-viewer.ts';
import { runs } from './runs.ts';
import { scaleRecords } from './scale-records.ts';
import { removeWorkspace } from './service/workspace.ts';
import { sessions } from './sessions.ts';
import { stores } from './stores.ts';
import { submissions } from './submissions.ts';
import { scaleViewers, viewers } from './viewers.ts';
import { writeToEcho } from './write-to-echo.ts';

/** A few minutes together. */
const USUAL: readonly Benchmark[] = [
  firstOutput,
  printToViewer,
  writeToEcho,
  lines,
  runs,
  viewers,
  submissions,
  cancel,
  idle,
];
/** As long as they take. */
const SCALE: readonly Benchmark[] = [scaleViewers, scaleRecords, crowd, jails, consolePage, sessions];
/** They take a cluster, at KUBECONFIG. */
const KUBERNETES = kubernetes({
  kubeconfig: process.env['KUBECONFIG'],
  images: process.env['RUNTIME_IMAGES'],
});
/** It takes a MongoDB, at MONGODB_URI. */
const STORES = stores({ mongodbUri: process.env['MONGODB_URI'] });
const GROUPS = new Map([
  ['scale', SCALE],
  ['kubernetes', KUBERNETES],
  ['native', NATIVE],
]);

/** `npm run bench`, `npm run bench -- scale`, `npm run bench -- kubernetes`, `npm run bench -- stores`,
 * `npm run bench -- native`, `npm run bench -- NAME…`. */
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
  const all = [...USUAL, ...SCALE, ...KUBERNETES, ...NATIVE, STORES];
  return names.flatMap((name) => {
    const group = GROUPS.get(name);
    if (group) return group;
    const found = all.find((benchmark) => benchmark.name === name);
    if (found) return [found];
    const known = [...GROUPS.keys(), ...all.map((benchmark) => benchmark.name)].join(', ');
    throw new UnusableError(`expected one of ${known}, got ${JSON.stringify(name)}`);
  });
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UnusableError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
