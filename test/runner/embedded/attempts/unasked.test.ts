import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runner } from '../../../../src/executions/runner.ts';
import { ObservedRun } from '../../../contract/runner/run.ts';
import { printedBy, withoutFiles, withoutPaths } from './attempt.ts';
import { UNASKED } from './capabilities.ts';
import { composeJavascript, composeJavascriptInPython } from './compose.ts';
import { describeAttemptsAt, ROOM_MB } from './describe.ts';
import { ENDINGS, observeEnding } from './endings.ts';
import { Host } from './host.ts';
import { composeOperations, readProgress } from './operations.ts';
import { leftBehind } from './remains.ts';
import { openRunner } from './runner.ts';
import { findWalls } from './walls.ts';

const LANGUAGES = [
  { language: 'javascript', compose: composeJavascript, kinds: UNASKED },
  { language: 'typescript', compose: composeJavascript, kinds: { quoting: UNASKED.quoting } },
  { language: 'python', compose: composeJavascriptInPython, kinds: UNASKED },
];
/** More calls than this that end the process would be a change worth a look. */
const MAX_ENDING_CALLS = 40;
/** Few operations take a path or anything like it; fewer calls than this and the rest was not reached. */
const MIN_CALLS = 5000;

/**
 * What the runtime does in a program's name asks for no permission, so permissions do not hold it: reading the source
 * of a line to quote it, looking whether there is a file. Only a wall around the process does.
 */
describe.each(await findWalls())('behind $isolation', ({ isolation, isJail }) => {
  let host: Host;
  let runner: Runner;

  beforeAll(async () => {
    host = await Host.open();
    runner = await openRunner({ dataDir: host.view.dataDir, memoryMb: ROOM_MB, isolation });
  });

  afterAll(async () => {
    await runner[Symbol.asyncDispose]();
    await host[Symbol.asyncDispose]();
  });

  describe.each(LANGUAGES)('in $language', ({ language, compose, kinds }) => {
    describe.each(Object.entries(kinds))('%s', (_, all) => {
      const attempts = all.filter(({ needsJail }) => isJail || needsJail === undefined);
      describeAttemptsAt(() => ({ host, runner }), { language, attempts, compose });
    });
  });

  it.each(LANGUAGES.filter(({ kinds }) => 'printing' in kinds))(
    'the runtime prints the same for what exists and for what does not: $language',
    async ({ language, compose }) => {
      const { printing } = UNASKED;
      const runs = [host.view, withoutFiles(host.view)].map(
        (view) =>
          new ObservedRun(runner, language, compose(printing, view), { limits: { memoryMb: ROOM_MB } }),
      );
      await Promise.all(runs.map((run) => run.end));
      const [there = '', absent = ''] = runs.map((run) => run.text('STDERR'));
      for (const { name } of printing) {
        expect(linesOf(withoutPaths(printedBy(name, there), host.view))).toEqual(
          linesOf(withoutPaths(printedBy(name, absent), host.view)),
        );
      }
    },
  );

  it.each(ENDINGS)('$language: $name', async (ending) => {
    const runs = [host.view, withoutFiles(host.view)].map((view) => observeEnding(runner, ending, view));
    const ends = await Promise.all(runs.map((run) => run.end));
    const printed = runs.map((run) => run.text() + run.text('STDERR'));
    expect(await host.damage(printed.join(''))).toEqual([]);
    const [there, absent] = printed.map((text) => linesOf(withoutPaths(text, host.view)));
    expect(there).toEqual(absent);
    expect(ends[0]).toMatchObject({ reason: ends[1]?.reason, exitCode: ends[1]?.exitCode });
    await leftBehind(host.view.dataDir);
  });

  it.runIf(isJail)('what Deno quotes of the jail itself names no place of the host', async () => {
    const map = { version: 3, sources: ['file:///proc/1/environ'], names: [], mappings: 'AAAA' };
    const inline = `//# sourceMappingURL=data:application/json;base64,${btoa(JSON.stringify(map))}`;
    const program = `data:text/javascript,${encodeURIComponent(`throw new Error("made")\n${inline}`)}`;
    const run = new ObservedRun(runner, 'javascript', `await import(${JSON.stringify(program)})`);
    await run.endsBy('EXITED');
    expect(run.text('STDERR')).toContain('DENO_DIR=');
    expect(run.text('STDERR')).not.toContain(host.view.dataDir);
  });

  it('no operation within Deno reads a file, tells whether there is one, or ends more than its own process', async () => {
    const skipped: string[] = [];
    const differences: string[] = [];
    let after = -1;
    let calls = 0;
    for (let isDone = false; !isDone; ) {
      const run = new ObservedRun(runner, 'javascript', composeOperations(host.view, after, skipped), {
        limits: { timeoutMs: 5000, memoryMb: ROOM_MB, outputBytes: 10_000_000 },
      });
      await run.end;
      expect(await host.damage(run.text() + run.text('STDERR'))).toEqual([]);
      await leftBehind(host.view.dataDir);
      const progress = readProgress(run.text());
      ({ last: after, isDone } = progress);
      calls += progress.calls;
      differences.push(...progress.differences);
      if (isDone) break;
      if (progress.operation === '')
        throw new Error(`Expected a call, got ${run.text()}${run.text('STDERR')}`);
      skipped.push(progress.operation);
      if (skipped.length > MAX_ENDING_CALLS) throw new Error(`Too many calls end it: ${skipped.join()}`);
    }
    expect(calls).toBeGreaterThan(MIN_CALLS);
    expect(differences.filter((one) => isJail || !one.includes('op_require_is_maybe_cjs'))).toEqual([]);
  });
});

/** A Worker's lines and those of the program around it come in no order. */
function linesOf(text: string): readonly string[] {
  return text.split('\n').sort();
}
