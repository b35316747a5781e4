import { expect, it } from 'vitest';
import { describeClosing, describeListenFailure } from '../src/messages.ts';

const failure = (fields: object) =>
  Object.assign(new Error('listen failed'), { syscall: 'listen', ...fields });

it.each([
  [
    { code: 'EADDRINUSE', port: 5000, address: '127.0.0.1' },
    'linux',
    /^PORT: .*got 5000, .* at 127\.0\.0\.1\. .*PORT=5001 npm start$/,
  ],
  [{ code: 'EADDRINUSE', port: 5000, address: '127.0.0.1' }, 'darwin', /AirPlay/],
  [{ code: 'EADDRINUSE', port: 65_535, address: '::1' }, 'darwin', /PORT=65534 /],
  [{ code: 'EACCES', port: 80, address: '127.0.0.1' }, 'linux', /^PORT: .*got 80/],
  [{ code: 'EADDRNOTAVAIL', port: 5000, address: '10.9.9.9' }, 'linux', /^HOST: .*"10\.9\.9\.9"/],
  [{ code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: 'nowhere' }, 'linux', /^HOST: .*"nowhere"/],
])('%j on %s names the setting', (fields, platform, message) => {
  expect(describeListenFailure(failure(fields), platform)).toMatch(message);
});

it('leaves other errors alone', () => {
  expect(describeListenFailure(failure({ code: 'EACCES', syscall: 'open' }))).toBeNull();
  expect(describeListenFailure(new Error('a defect'))).toBeNull();
});

it('closing says for what it waits, how long, and how not to', () => {
  expect(describeClosing(0, 17_000)).toBeNull();
  expect(describeClosing(1, 17_000)).toBe(
    'Podline closes: it waits for 1 running program, 17 s at most. A second Ctrl-C ends it at once.',
  );
  expect(describeClosing(2, 1000)).toMatch(/2 running programs, 1 s at most.* ends them at once/);
  expect(describeClosing(2, null)).toBe('Podline closes; 2 running programs go on without it.');
});
