import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/cli/errors.ts';
import {
  parseChoice,
  parseCount,
  parseDuration,
  parseEnv,
  parseMemory,
  parsePair,
} from '../../src/cli/options.ts';

describe('parseDuration', () => {
  it.each([
    ['30', 30_000],
    ['30s', 30_000],
    ['1.5s', 1500],
    ['500ms', 500],
    ['2m', 120_000],
    ['1h', 3_600_000],
  ])('reads %s as %d ms', (text, expected) => {
    expect(parseDuration('--timeout', text)).toBe(expected);
  });

  it.each(['', 'x', '-1', '5d', '1e3', '99999999999', ' 5'])('refuses %j', (text) => {
    expect(() => parseDuration('--timeout', text)).toThrow(UsageError);
    expect(() => parseDuration('--timeout', text)).toThrow(`got ${JSON.stringify(text)}`);
  });
});

describe('parseMemory', () => {
  it.each([
    ['256', 256],
    ['256m', 256],
    ['256MB', 256],
    ['256MiB', 256],
    ['1g', 1024],
    ['1.5G', 1536],
  ])('reads %s as %d MiB', (text, expected) => {
    expect(parseMemory('--memory', text)).toBe(expected);
  });

  it.each(['', '256k', '0.3', '-5', 'much'])('refuses %j', (text) => {
    expect(() => parseMemory('--memory', text)).toThrow(UsageError);
  });
});

describe('parseCount', () => {
  it('reads whole numbers from the minimum on', () => {
    expect(parseCount('--limit', '1', 1)).toBe(1);
    expect(parseCount('--after', '2147483647', 0)).toBe(2_147_483_647);
  });

  it.each(['0', '1.5', '-1', 'ten', '', '2147483648'])('refuses %j', (text) => {
    expect(() => parseCount('--limit', text, 1)).toThrow(UsageError);
  });
});

describe('parsePair and parseEnv', () => {
  it('split at the first =', () => {
    expect(parsePair('--label', 'a=b=c')).toEqual({ name: 'a', value: 'b=c' });
    expect(parsePair('--label', 'a=')).toEqual({ name: 'a', value: '' });
  });

  it.each(['a', '=b', ''])('refuse %j as a pair', (text) => {
    expect(() => parsePair('--label', text)).toThrow(UsageError);
  });

  it('take a bare name from the environment', () => {
    expect(parseEnv('TOKEN', { TOKEN: 'secret' })).toEqual({ name: 'TOKEN', value: 'secret' });
    expect(parseEnv('TOKEN=other', { TOKEN: 'secret' })).toEqual({ name: 'TOKEN', value: 'other' });
    expect(() => parseEnv('TOKEN', {})).toThrow('TOKEN, which is not set');
  });
});

describe('parseChoice', () => {
  it('takes any case and says what there is', () => {
    expect(parseChoice('--stream', 'StdErr', ['STDOUT', 'STDERR'])).toBe('STDERR');
    expect(() => parseChoice('--stream', 'both', ['STDOUT', 'STDERR'])).toThrow(
      '--stream takes one of stdout, stderr, got "both".',
    );
  });
});
