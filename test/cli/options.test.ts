import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/cli/errors.ts';
import { noPositionals, onePositional, parseOptions, splitAtFile } from '../../src/cli/options.ts';

const options = {
  timeout: { type: 'string', short: 't' },
  env: { type: 'string', short: 'e', multiple: true },
  detach: { type: 'boolean', short: 'd' },
} as const;

describe('splitAtFile', () => {
  it.each([
    [['main.py'], [], 'main.py', []],
    [['main.py', '-x', '--timeout', '5', '--'], [], 'main.py', ['-x', '--timeout', '5', '--']],
    [['--timeout', '5', 'main.py', 'a'], ['--timeout', '5'], 'main.py', ['a']],
    [['--timeout=5', '-d', 'main.py'], ['--timeout=5', '-d'], 'main.py', []],
    [
      ['-t', '5', '-e', 'A=1', '-e', 'B', 'main.py', 'main.py'],
      ['-t', '5', '-e', 'A=1', '-e', 'B'],
      'main.py',
      ['main.py'],
    ],
    [['-d', '-', 'a'], ['-d'], '-', ['a']],
    [['--', '--odd.py', '-a'], ['--'], '--odd.py', ['-a']],
    [['-d'], ['-d'], undefined, []],
  ])('%j', (argv, own, file, rest) => {
    expect(splitAtFile(argv, options)).toEqual({ own, file, rest });
  });
});

describe('parseOptions', () => {
  it('reads values, repeated ones too', () => {
    const { values, positionals } = parseOptions(['-t', '5', '-e', 'A', '--env=B', 'x'], options);
    expect(values).toEqual({ timeout: '5', env: ['A', 'B'] });
    expect(positionals).toEqual(['x']);
  });

  it.each([
    [['--what'], "Unknown option '--what'."],
    [['--timeout'], 'argument missing'],
    [['--detach=yes'], 'does not take an argument'],
  ])('refuses %j in one sentence', (argv, message) => {
    expect(() => parseOptions(argv, options)).toThrow(UsageError);
    expect(() => parseOptions(argv, options)).toThrow(message);
  });
});

describe('positional arguments', () => {
  it('are counted', () => {
    expect(onePositional(['a'], 'ID')).toBe('a');
    expect(() => onePositional([], 'ID')).toThrow('Expected one ID, got none.');
    expect(() => onePositional(['a', 'b'], 'ID')).toThrow('Expected one ID, got a b.');
    expect(() => noPositionals(['a'])).toThrow('Expected options only, got a.');
  });
});
