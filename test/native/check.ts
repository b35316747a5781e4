import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Runner } from '../../src/executions/runner.ts';
import { ObservedRun } from '../contract/runner/run.ts';
import { findInterpreter, runNatively } from './interpreter.ts';
import { type Program, readProgram } from './program.ts';

const PROGRAMS = fileURLToPath(new URL('programs/', import.meta.url));

/**
 * A test for each program: it does on a runner what its first line says, and where that says nothing of its stdout what
 * this machine's interpreter does.
 * @param exceptions programs that do otherwise, and why; one that comes to do as natively fails the suite
 */
export function describePrograms(
  kind: string,
  runner: () => Runner,
  exceptions: Readonly<Record<string, string>>,
): void {
  const programs = readdirSync(PROGRAMS)
    .sort()
    .map((name) => readProgram(join(PROGRAMS, name)));

  describe(`programs on the ${kind} runner and natively`, () => {
    test('every exception is one of a program', () => {
      expect(programs.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(exceptions)));
    });

    test('what is compared with nothing is named', () => {
      const alone = programs.filter((program) => isCompared(program) && interpreterOf(program) === null);
      if (alone.length === 0) return;
      const names = alone.map(({ name }) => name).join(', ');
      process.stdout.write(
        `NOT COMPARED, for want of an interpreter on this machine (Python from 3.11 on): ${names}\n`,
      );
    });

    for (const program of programs) {
      const exception = exceptions[program.name];
      if (exception === undefined) test(program.name, () => check(runner(), program));
      else test.fails(`${program.name} does otherwise: ${exception}`, () => check(runner(), program));
    }
  });
}

function isCompared({ language, header: { native = true, want = {} } }: Program): boolean {
  return native && want.stdout === undefined && language !== 'typescript';
}

function interpreterOf(program: Program): string | null {
  return isCompared(program) ? findInterpreter(program.language) : null;
}

async function check(runner: Runner, program: Program): Promise<void> {
  const { name, language, code, header } = program;
  const { args = [], env = {}, files = {}, stdin = '', want = {} } = header;
  const run = new ObservedRun(runner, language, code, {
    fileName: name,
    args,
    payload: {
      stdin,
      env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
      files: Object.entries(files).map(([path, content]) => ({ path, content: Buffer.from(content) })),
    },
  });
  const { exitCode } = await run.endsBy('EXITED');
  expect(exitCode, run.text('STDERR')).toBe(want.exitCode ?? 0);
  if (want.err !== null) expect(run.text('STDERR')).toBe(want.err ?? '');
  if (want.outHas !== undefined) expect(run.text()).toContain(want.outHas);
  if (typeof want.stdout === 'string') expect(run.text()).toBe(want.stdout);
  const interpreter = interpreterOf(program);
  if (interpreter === null) return;
  const natively = runNatively(interpreter, program);
  const compared = (stdout: string) =>
    header.inOrder === false ? stdout.split('\n').sort().join('\n') : stdout;
  expect({ stdout: compared(run.text()), exitCode }).toEqual({
    ...natively,
    stdout: compared(natively.stdout),
  });
}
