import { describe, expect, it } from 'vitest';
import { chosenEndpoint } from '../../../src/cli/connection/connect.ts';
import { displayUrl, parseUrl } from '../../../src/cli/connection/endpoint.ts';
import { UsageError } from '../../../src/cli/errors.ts';
import { captureShell } from '../support/shell.ts';

describe('parseUrl', () => {
  it.each([
    ['http://127.0.0.1:5000', 'http://127.0.0.1:5000/graphql'],
    ['http://127.0.0.1:5000/', 'http://127.0.0.1:5000/graphql'],
    ['https://podline.example/graphql', 'https://podline.example/graphql'],
    ['https://example.org/tools/podline/', 'https://example.org/tools/podline/graphql'],
    ['http://[::1]:5000?x#y', 'http://[::1]:5000/graphql'],
  ])('%s → %s', (text, expected) => {
    expect(parseUrl('--url', text)).toBe(expected);
  });

  it.each(['localhost:5000', 'ftp://host', '5000', ''])('refuses %j', (text) => {
    expect(() => parseUrl('PODLINE_URL', text)).toThrow(UsageError);
    expect(() => parseUrl('PODLINE_URL', text)).toThrow(
      `PODLINE_URL takes a URL such as http://127.0.0.1:5000, got`,
    );
  });

  it('refuses credentials in the URL without repeating them', () => {
    expect(() => parseUrl('--url', 'http://me:hunter2@host')).toThrow(
      /^(?!.*hunter2).*no user name or password/,
    );
  });

  it('is shown without the path of the endpoint', () => {
    expect(displayUrl('https://example.org/podline/graphql')).toBe('https://example.org/podline');
  });
});

describe('chosenEndpoint', () => {
  const env = { PODLINE_URL: 'http://env:1', PODLINE_API_KEY: 'from-env' };

  it('prefers the options, then the environment, then the default address', () => {
    const options = { url: 'http://option:1', 'api-key': 'from-option' };
    expect(chosenEndpoint(options, captureShell({ env }))).toEqual({
      url: 'http://option:1/graphql',
      apiKey: 'from-option',
      isChosen: true,
    });
    expect(chosenEndpoint({}, captureShell({ env }))).toEqual({
      url: 'http://env:1/graphql',
      apiKey: 'from-env',
      isChosen: true,
    });
    expect(chosenEndpoint({}, captureShell())).toEqual({
      url: 'http://127.0.0.1:5000/graphql',
      apiKey: null,
      isChosen: false,
    });
  });
});
