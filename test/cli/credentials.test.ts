import { afterAll, beforeAll, expect, it } from 'vitest';
import { podline } from './support/podline.ts';
import { openService, type TestService } from './support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await openService({ API_KEYS: 'alice=secret-a,bob=secret-b' });
});
afterAll(async () => service?.[Symbol.asyncDispose]());

it('sends the API key over both transports', async () => {
  const env = { PODLINE_API_KEY: 'secret-a' };
  const ran = await podline(['run', '-l', 'javascript', '-'], {
    url: service.url,
    env,
    stdin: 'console.log("mine")',
  });
  expect(ran).toMatchObject({ code: 0, stdout: 'mine\n', stderr: '' });
  const list = (...argv: string[]) => podline(['list', '--json', ...argv], { url: service.url, env });
  expect(JSON.parse((await list()).stdout)).toHaveLength(1);
  expect(JSON.parse((await list('--api-key', 'secret-b')).stdout)).toEqual([]);
});

it.each([
  ['', 'got none. Set PODLINE_API_KEY to one, or give another with --api-key.'],
  [
    'wrong',
    'got one that is not a key of this server. Look at PODLINE_API_KEY, or give another with --api-key.',
  ],
])('is refused with the key %j, and told why without the key', async (key, message) => {
  const { code, stdout, stderr } = await podline(['list'], {
    url: service.url,
    env: { PODLINE_API_KEY: key },
  });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^podline: (?!.*wrong).+\n$/);
  expect(stderr).toContain(message);
});
