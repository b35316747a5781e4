import { afterAll, beforeAll, expect, test } from 'vitest';
import { submit } from '../../service/support/executions.ts';
import { openShared, type Replica, type Shared } from './support/replicas.ts';
import { interrupt, tryWrite } from './support/stdin.ts';
import { Viewer } from './support/viewer.ts';

const COUNTS = `
import sys
print("up", flush=True)
for line in sys.stdin:
    print(line, end="", flush=True)
`;
const LINES = 60;
const SUCCEEDED = { status: 'SUCCEEDED', endReason: 'EXITED', exitCode: 0 };

let shared: Shared;
let one: Replica;
let other: Replica;
beforeAll(async () => {
  shared = await openShared('replicas-stdin');
  one = await shared.start();
  other = await shared.start();
});
afterAll(async () => {
  await shared?.[Symbol.asyncDispose]();
});

/** Writes `NAME 1`, `NAME 2`, … , each behind whatever was written, by the offset that is told. */
async function writer(url: string, id: string, name: string): Promise<void> {
  let offset = 0;
  for (let line = 1; line <= LINES; ) {
    const { status, body } = await tryWrite(url, id, `${name} ${line}\n`, { offset });
    if (status === 200) {
      line += 1;
      offset = body.stdin_bytes ?? -1;
    } else if (status === 409) {
      offset = body.offset ?? -1;
    } else {
      throw new Error(`Expected a write to be taken or told the offset, got ${status}`);
    }
  }
}

test('two writers at two servers, each behind what the other wrote: all lines of both, each once, in order', async () => {
  const id = await submit(one.url, { code: COUNTS, stdinOpen: true, limits: { timeoutMs: 300_000 } });
  const viewer = new Viewer(other.url, id);
  await viewer.printed('up\n');
  await Promise.all([writer(one.url, id, 'a'), writer(other.url, id, 'b')]);
  expect((await tryWrite(other.url, id, '', { end: true })).status).toBe(200);
  const { output, ...ended } = await viewer.end();
  expect(ended).toMatchObject(SUCCEEDED);
  const lines = output.split('\n');
  for (const name of ['a', 'b']) {
    const own = lines.filter((line) => line.startsWith(name));
    expect(own).toEqual(Array.from({ length: LINES }, (_, index) => `${name} ${index + 1}`));
  }
  expect(lines).toHaveLength(2 * LINES + 2);
});

test('writes and interrupts at one server reach a program that the other holds, also when that is killed', {
  timeout: 240_000,
}, async () => {
  const code = `
import sys
print("up", flush=True)
while True:
    try:
        line = sys.stdin.readline()
        if not line: break
        print(line, end="", flush=True)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
`;
  const id = await submit(one.url, { code, stdinOpen: true, limits: { timeoutMs: 600_000 } });
  const viewer = new Viewer(other.url, id);
  await viewer.printed('up\n');
  await tryWrite(other.url, id, 'before\n', { offset: 0 });
  await viewer.printed('before\n');
  expect(await interrupt(other.url, id)).toBe('InterruptSuccess');
  await viewer.printed('interrupted\n');
  one.kill('SIGKILL');
  await one.ended;
  await tryWrite(other.url, id, 'after\n', { offset: 7 });
  await viewer.printed('after\n');
  expect((await tryWrite(other.url, id, 'end\n', { offset: 13, end: true })).status).toBe(200);
  expect(await viewer.end()).toMatchObject({
    ...SUCCEEDED,
    output: 'up\nbefore\ninterrupted\nafter\nend\n',
  });
});
