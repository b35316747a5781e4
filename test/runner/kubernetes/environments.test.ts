import { expect, test } from 'vitest';
import { distinct, environmentOf, environmentsOf } from '../../../src/runner/kubernetes/environments.ts';
import { LANGUAGES } from '../../../src/runner/languages/languages.ts';

test('languages with the same launcher and image share their pods, compiled ones apart', () => {
  const all = 'languages:1';
  const environments = environmentsOf(LANGUAGES, {
    python: 'python:3',
    javascript: 'node:24',
    typescript: 'node:24',
    bash: all,
    c: all,
    cpp: all,
    ruby: all,
  });
  expect(distinct(environments)).toEqual([
    { name: 'python', launcher: 'python', image: 'python:3', compileMb: 0 },
    { name: 'javascript', launcher: 'javascript', image: 'node:24', compileMb: 0 },
    { name: 'bash', launcher: 'shell', image: all, compileMb: 0 },
    { name: 'c', launcher: 'shell', image: all, compileMb: 2048 },
  ]);
  expect(environmentOf(environments, 'ruby').name).toBe('bash');
  expect(environmentOf(environments, 'typescript').name).toBe('javascript');
  expect(() => environmentOf(environments, 'go')).toThrow('Expected a language with an image, got go');
});
