import { expect, test } from 'vitest';
import { parseOptions, UsageError } from '../../chaos/options.ts';

test('what is not said has a default', () => {
  expect(parseOptions(['--seed', '7'])).toMatchObject({ minutes: 5, seed: 7, servers: 3, load: 10 });
});

test.each([
  ['an unknown option', ['--minute', '5']],
  ['no number', ['--minutes', 'five']],
  ["more minutes than the servers' credentials are good for", ['--minutes', '101']],
  ['an unknown fault', ['--faults', 'kill,flood']],
  ['too many servers', ['--servers', '6']],
])('%s is told', (_what, argv) => {
  expect(() => parseOptions(argv)).toThrow(UsageError);
});
