import { expect, test } from 'vitest';
import { environmentsOf } from '../../../src/runner/kubernetes/environments.ts';
import { describeRuntimes, versionOf } from '../../../src/runner/kubernetes/runtimes.ts';
import { LANGUAGES } from '../../../src/runner/languages/languages.ts';
import { LIMITS, MAXIMUM_LIMITS } from '../embedded/limits.ts';

const environments = environmentsOf(LANGUAGES, {
  python: 'python:3.13-slim',
  javascript: 'node:24-slim',
  typescript: 'node:24-slim',
});
const limits = { defaults: LIMITS, maximums: MAXIMUM_LIMITS };

test.each([
  ['python:3.13-slim', '3.13'],
  ['registry.test:5000/team/python:3.11', '3.11'],
  ['registry.test:5000/team/python', 'unknown'],
  ['node:v24.1.0-bookworm', '24.1.0'],
  ['node:latest', 'unknown'],
  ['python:3.13@sha256:0123', '3.13'],
  ['python@sha256:0123', 'unknown'],
])('the version an image is tagged with: %s', (image, version) => {
  expect(versionOf(image)).toBe(version);
});

test('notes say what a Python program meets otherwise than natively', () => {
  const runtimes = describeRuntimes(LANGUAGES, environments, () => null, limits);
  const preloaded = runtimes.filter(({ notes }) => notes.some((note) => note.includes('sys.modules')));
  expect(preloaded.map(({ language }) => language)).toEqual(['python']);
});

test('versions are as tagged until the interpreters have reported theirs', () => {
  const versions = (told: { python: string | null; javascript: string | null }) =>
    describeRuntimes(LANGUAGES, environments, (name) => Reflect.get(told, name) ?? null, limits).map(
      ({ language, version }) => `${language} ${version}`,
    );
  expect(versions({ python: null, javascript: null })).toEqual([
    'python 3.13',
    'javascript 24',
    'typescript 24',
  ]);
  expect(versions({ python: '3.13.5', javascript: '24.21.0' })).toEqual([
    'python 3.13.5',
    'javascript 24.21.0',
    'typescript 24.21.0',
  ]);
});
