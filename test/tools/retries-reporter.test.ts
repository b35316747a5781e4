import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startVitest } from 'vitest/node';
import { RetriesReporter } from '../../tools/retries-reporter.ts';

let directory: string;

beforeAll(async () => {
  // Inside the repository, so that the tests in it find Vitest.
  directory = await mkdtemp(join(import.meta.dirname, 'retries-'));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

/** Runs tests of which some fail at first, and returns what the reporter printed. */
async function runTests(source: string): Promise<string[]> {
  await writeFile(join(directory, 'sample.test.js'), source);
  const printed: string[] = [];
  const vitest = await startVitest('test', [], {
    root: directory,
    config: false,
    watch: false,
    include: ['sample.test.js'],
    reporters: [new RetriesReporter((text) => printed.push(text))],
  });
  await vitest.close();
  // The inner run's failures are not this one's.
  process.exitCode = 0;
  return printed;
}

test('names what needed a retry, with how often and how it ended', async () => {
  const printed = await runTests(`
    import { expect, test } from 'vitest';
    let attempts = 0;
    test('at once', () => {});
    test('at the second try', { retry: 2 }, () => { expect(++attempts).toBe(2); });
    test('never', { retry: 2 }, () => { expect(1).toBe(2); });
  `);
  expect(printed).toEqual([
    'Tests that needed a retry:\n' +
      '  passed after 1 retry: sample.test.js > at the second try\n' +
      '  failed after 2 retries: sample.test.js > never',
  ]);
});

test('says nothing when no test needed one', async () => {
  expect(await runTests(`import { test } from 'vitest'; test('at once', { retry: 2 }, () => {});`)).toEqual(
    [],
  );
});
