import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPackages } from '../../../../src/runner/embedded/packages.ts';
import { type Outcome, readOutcomes } from './attempt.ts';
import { CAPABILITIES } from './capabilities.ts';
import { composeJavascript } from './compose.ts';
import { Host } from './host.ts';

/**
 * The same attempts in Deno with all permissions: they must reach what they are after, or their failing in the sandbox
 * would prove nothing.
 */
describe.each(Object.entries(CAPABILITIES))('without a sandbox: %s', (_, attempts) => {
  let host: Host;
  let outcomes: Map<string, Outcome>;
  let said: string;

  beforeAll(async () => {
    host = await Host.open();
    const program = join(host.view.directory, 'program.js');
    writeFileSync(
      program,
      composeJavascript(
        attempts.filter(({ uncontrolled }) => uncontrolled === undefined),
        host.view,
      ),
    );
    const free = spawn(
      findPackages().denoFile,
      ['run', '--quiet', '--allow-all', '--no-config', '--no-lock', program],
      {
        cwd: host.view.directory,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const output = await Promise.all([text(free.stdout), text(free.stderr)]);
    said = output.join('');
    outcomes = readOutcomes(output[0]);
  });

  afterAll(() => host[Symbol.asyncDispose]());

  it.each(attempts.filter(({ uncontrolled }) => uncontrolled === undefined))('$name', ({ name }) => {
    expect(outcomes.get(name) ?? said).toMatchObject({ reached: true });
  });
});
