import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { printing, submit } from './support/executions.ts';
import { ServerProcess, startServer } from './support/server-process.ts';

const settings = { DATA_DIR: ':memory:', WARM: 'javascript=1,python=0' };

test('a port in use: the message names PORT and another one', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await using server = new ServerProcess({ ...settings, PORT: String(port) });
  expect((await server.ended).code).toBe(1);
  expect(server.stderr).toMatch(
    new RegExp(`^Podline cannot start: PORT: expected a free port, got ${port}, .* PORT=\\d+ npm start\\n$`),
  );
  await new Promise((resolve) => taken.close(resolve));
});

test('a setting with a typing error in its name is warned of, and the service starts', async () => {
  await using server = await startServer({ ...settings, MAX_QUEUD: '3' });
  expect(server.stderr).toMatch(/^MAX_QUEUD is no setting of Podline .* Did you mean MAX_QUEUED\?\n/);
});

test('closing tells what it waits for, and a second signal ends it', async () => {
  await using server = await startServer({ ...settings, SHUTDOWN_GRACE_MS: '60000' });
  const code = 'console.log("up"); setInterval(() => {}, 1000);';
  await printing(server.url, await submit(server.url, { code, language: 'javascript' }));
  server.kill('SIGINT');
  await server.printed(
    'stderr',
    /^Podline closes: it waits for 1 running program, 57 s at most\. A second Ctrl-C ends it at once\.$/m,
  );
  server.kill('SIGINT');
  expect((await server.ended).code).toBe(130);
});
