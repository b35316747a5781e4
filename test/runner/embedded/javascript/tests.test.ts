import { describe, expect, test } from 'vitest';
import { useJavascriptRunner } from '../javascript_runner.ts';

const { run } = useJavascriptRunner();

async function report(code: string): Promise<{ exitCode: number | null; text: string; errors: string }> {
  const program = run(code);
  const { exitCode } = await program.endsBy('EXITED');
  return { exitCode, text: program.text(), errors: program.text('STDERR') };
}

describe('node:test', () => {
  test('a failure is reported with its error, and is exit code 1', async () => {
    const { exitCode, text } = await report(`import test from 'node:test'; import assert from 'node:assert';
      test('x', () => assert.strictEqual(1, 2)); test('y', () => {});`);
    expect(exitCode).toBe(1);
    expect(text).toMatch(/^✖ x \(.*ms\)\n✔ y \(.*ms\)\nℹ tests 2\nℹ pass 1\nℹ fail 1\n/);
    expect(text).toMatch(/✖ failing tests:\n\n✖ x\n {2}AssertionError[\s\S]*1 !== 2[\s\S]*main\.js:2:/);
    expect(text).not.toContain('launchers');
  });

  test('by require, and tests that all pass are exit code 0', async () => {
    const { exitCode, text, errors } = await report(`const { test } = require('node:test');
      test('a', async (t) => { await t.test('b', () => {}); }); test('c', { skip: true }, () => {});`);
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: '' });
    expect(text).toMatch(
      /^▶ a\n {2}✔ b .*\n✔ a .*\n﹣ c # SKIP\nℹ tests 3\nℹ pass 2\nℹ fail 0\nℹ skipped 1\n/,
    );
  });

  test('suites with hooks, callbacks, and a test that waits for another', async () => {
    const { exitCode, text } =
      await report(`import test, { describe, it, before, beforeEach } from 'node:test';
      await test('first', async () => { await new Promise((resolve) => setTimeout(resolve, 1)); });
      describe('suite', () => {
        before(() => console.log('before')); beforeEach(() => console.log('each'));
        it('one', () => {}); it('two', (t, done) => setTimeout(done, 1));
      });`);
    expect(exitCode).toBe(0);
    expect(
      text
        .replaceAll(/ \(.*?ms\)/g, '')
        .split('\n')
        .slice(0, 8),
    ).toEqual(['✔ first', 'before', '▶ suite', 'each', '  ✔ one', 'each', '  ✔ two', '✔ suite']);
  });

  test.each([
    [
      'a subtest that fails',
      `test('a', async (t) => { await t.test('b', () => { throw new Error('no') }) })`,
    ],
    [
      'an error that nobody awaits',
      `test('a', async () => { setTimeout(() => { throw new Error('no') }, 1); await new Promise((r) => setTimeout(r, 50)) })`,
    ],
    [
      'a rejection that nobody handles',
      `test('a', async () => { Promise.reject(new Error('no')); await new Promise((r) => setTimeout(r, 50)) })`,
    ],
    ['a test that never ends', `test('a', () => new Promise(() => {}))`],
    ['its time', `test('a', { timeout: 5 }, () => new Promise((r) => setTimeout(r, 300)))`],
    ['its plan', `test('a', (t) => { t.plan(2); t.assert.ok(true) })`],
    ['Deno.test', `Deno.test('a', () => { throw new Error('no') })`],
  ])('%s fails it', async (_, code) => {
    const { exitCode, text } = await report(`import test from 'node:test'; ${code};`);
    expect({ exitCode, text }).toEqual({ exitCode: 1, text: expect.stringContaining('✖ a') });
  });
});
