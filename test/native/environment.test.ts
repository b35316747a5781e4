import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openNativeRunner } from '../../src/runner/native/open.ts';
import { ObservedRun } from '../contract/runner/run.ts';
import { LIMITS, MAXIMUM_LIMITS, silentLogger } from '../runner/embedded/limits.ts';
import { hasBubblewrap } from '../runner/native/here.ts';

const directory = mkdtempSync(join(tmpdir(), 'podline-environment-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** An environment with packages from PyPI; null where it cannot be made, which is said. */
function makeEnvironment(packages: readonly string[]): string | null {
  const environment = join(directory, 'venv');
  const steps = [
    ['python3', '-m', 'venv', environment],
    [join(environment, 'bin/pip'), 'install', '--quiet', '--disable-pip-version-check', ...packages],
  ] as const;
  for (const [command, ...args] of steps) {
    const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 240_000 });
    if (status !== 0) {
      console.log(
        `Skipped: no environment with ${packages.join(', ')} can be made here: ${stderr?.slice(-300)}`,
      );
      return null;
    }
  }
  return join(environment, 'bin/python');
}

const python = hasBubblewrap ? makeEnvironment(['numpy', 'matplotlib']) : null;

const PLOT = `import os
import matplotlib
import numpy
x = numpy.linspace(0, 6.28, 200)
from matplotlib import pyplot
pyplot.plot(x, numpy.sin(x))
pyplot.savefig("plot.png")
with open("plot.png", "rb") as file:
    print(file.read(8))
print(os.path.getsize("plot.png") > 5000)
`;

test.runIf(python !== null)(
  'NATIVE_PYTHON draws a plot with matplotlib, and its packages are told',
  async () => {
    await using runner = await openNativeRunner({
      dataDir: join(directory, 'data'),
      warm: { python: 1 },
      defaultLimits: LIMITS,
      maximumLimits: MAXIMUM_LIMITS,
      logger: silentLogger,
      python,
    });
    const observed = new ObservedRun(runner, 'python', PLOT, { limits: { memoryMb: 512 } });
    expect((await observed.endsBy('EXITED')).exitCode).toBe(0);
    expect(observed.text('STDOUT')).toBe(`b'\\x89PNG\\r\\n\\x1a\\n'\nTrue\n`);
    const version = execFileSync(python ?? '', ['-c', 'import numpy; print(numpy.__version__)'], {
      encoding: 'utf8',
    });
    const { packages } = runner.runtimes.find(({ language }) => language === 'python') ?? {};
    expect(packages).toContainEqual({ name: 'numpy', version: version.trim() });
    expect(packages?.map(({ name }) => name)).toContain('matplotlib');
  },
  120_000,
);
