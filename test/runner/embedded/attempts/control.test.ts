import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runner } from '../../../../src/executions/runner.ts';
import { findPackages } from '../../../../src/runner/embedded/packages.ts';
import {
  type Attempt,
  type HostView,
  type Outcome,
  printedBy,
  readOutcomes,
  withoutFiles,
  withoutPaths,
} from './attempt.ts';
import { CAPABILITIES, UNASKED } from './capabilities.ts';
import { composeJavascript } from './compose.ts';
import { ENDINGS, observeEnding } from './endings.ts';
import { Host } from './host.ts';
import { openRunner } from './runner.ts';

/**
 * The same attempts in Deno with all permissions: they must reach what they are after, or their failing in the sandbox
 * would prove nothing.
 */
describe.each(Object.entries({ ...CAPABILITIES, ...UNASKED }))('without a sandbox: %s', (_, all) => {
  const attempts = all.filter(({ uncontrolled }) => uncontrolled === undefined);
  const printing = attempts.filter(({ prints }) => prints !== undefined);
  let host: Host;
  let outcomes: Map<string, Outcome>;
  let output: readonly [string, string];
  /** What was printed for paths that do not exist. */
  let printedOtherwise = '';

  beforeAll(async () => {
    host = await Host.open();
    output = await runFreely(attempts, host.view);
    outcomes = readOutcomes(output[0]);
    if (printing.length > 0) [, printedOtherwise] = await runFreely(printing, withoutFiles(host.view));
  });

  afterAll(() => host[Symbol.asyncDispose]());

  it.each(attempts)('$name', ({ name, refusal, prints }) => {
    const outcome = outcomes.get(name) ?? output.join('');
    if (prints === undefined) {
      expect(outcome).toMatchObject({ reached: true });
      return;
    }
    expect(outcome).toMatchObject({ reached: false, detail: expect.stringContaining(refusal) });
    const printed = printedBy(name, output[1]);
    if (prints === 'secret') expect(printed).toContain(host.secret);
    expect(withoutPaths(printed, host.view)).not.toBe(
      withoutPaths(printedBy(name, printedOtherwise), host.view),
    );
  });
});

/** Programs that end by an error behind permissions alone: they must print what a wall has to keep from them. */
describe('without a wall', () => {
  let host: Host;
  let runner: Runner;

  beforeAll(async () => {
    host = await Host.open();
    runner = await openRunner({ dataDir: host.view.dataDir, isolation: 'none' });
  });

  afterAll(async () => {
    await runner[Symbol.asyncDispose]();
    await host[Symbol.asyncDispose]();
  });

  it.each(ENDINGS.filter(({ uncontrolled }) => uncontrolled === undefined))(
    '$language: $name',
    async (ending) => {
      const run = observeEnding(runner, ending, host.view);
      await run.end;
      expect(run.text() + run.text('STDERR')).toContain(host.secret);
    },
  );
});

/** Resolves with what it printed to stdout and stderr. */
async function runFreely(attempts: readonly Attempt[], view: HostView): Promise<[string, string]> {
  const directory = mkdtempSync(join(tmpdir(), 'podline-control-'));
  const program = join(directory, 'program.js');
  writeFileSync(program, composeJavascript(attempts, view));
  const free = spawn(
    findPackages().denoFile,
    ['run', '--quiet', '--allow-all', '--no-config', '--no-lock', program],
    { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } },
  );
  const output = await Promise.all([text(free.stdout), text(free.stderr)]);
  rmSync(directory, { recursive: true, force: true });
  return output;
}
