import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { CLEAR_LINE } from '../../src/cli/terminal/pipe.ts';
import { openCuttingProxy } from './support/cutting-proxy.ts';
import { podline, startPodline } from './support/podline.ts';
import { openService, type TestService } from './support/service.ts';
import { captureShell } from './support/shell.ts';

const FOREVER = 'console.log("up"); setInterval(() => {}, 1000);';

let service: TestService;
beforeAll(async () => {
  service = await openService({ MAX_RUNNING: '1' });
});
afterAll(() => service?.[Symbol.asyncDispose]());

const shellOf = (isTerminal: boolean, url = service.url) =>
  captureShell({ env: { PODLINE_URL: url }, isTerminal });
/** The id of a program that runs until it is cancelled. */
async function occupy(): Promise<string> {
  const { stdout } = await podline(['run', '-d', '-l', 'js', '-c', FOREVER], { url: service.url });
  return stdout.trim();
}

describe('while a run waits', () => {
  it('a terminal shows its place in the queue and why, and nothing of that once it prints', async () => {
    const first = await occupy();
    const shell = shellOf(true);
    const ran = main(['run', '-l', 'js', '-c', 'console.log("done")'], shell);
    await shell.stderr.printed('queued: At position 1 of the queue');
    await podline(['cancel', first], { url: service.url });
    expect(await ran).toBe(0);
    expect(shell.stdout.text).toBe('done\n');
    expect(shell.stderr.text.endsWith(CLEAR_LINE)).toBe(true);
  });

  it('nothing is printed where there is no terminal, and JSON tells the place', async () => {
    const first = await occupy();
    const shell = shellOf(false);
    const ran = main(['run', '-l', 'js', '-c', 'console.log("done")'], shell);
    await using json = startPodline(['run', '--json', '-l', 'js', '-c', '1'], { url: service.url });
    await json.printed('"queuePosition":2');
    await podline(['cancel', first], { url: service.url });
    expect(await ran).toBe(0);
    expect({ stdout: shell.stdout.text, stderr: shell.stderr.text }).toEqual({
      stdout: 'done\n',
      stderr: '',
    });
    const { stdout } = await json.ended();
    const types = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).type);
    expect(types.at(-1)).toBe('end');
  });

  it('logs -f shows it too', async () => {
    const first = await occupy();
    const second = await occupy();
    const shell = shellOf(true);
    const followed = main(['logs', '-f', second], shell);
    await shell.stderr.printed('queued: At position');
    await podline(['cancel', first], { url: service.url });
    await shell.stdout.printed('up\n');
    await podline(['cancel', second], { url: service.url });
    expect(await followed).toBe(0);
  });
});

it('says that the connection is lost, and goes on when it is back', async () => {
  // The first connection carries the submission, the second the output until it is cut; the next ones come to nothing.
  const lengthOf = (connection: number) =>
    connection === 2 ? 700 : connection > 2 && connection < 6 ? 0 : 1e9;
  await using proxy = await openCuttingProxy(service.url, lengthOf);
  const shell = shellOf(true, proxy.url);
  const code =
    'for (let n = 0; n < 60; n++) { console.log("x".repeat(20)); await new Promise((r) => setTimeout(r, 30)); }';
  expect(await main(['run', '-l', 'js', '-c', code], shell)).toBe(0);
  expect(shell.stderr.text).toContain('connection lost, reconnecting');
  // The reason is the first one, though later attempts come to nothing for another.
  expect(shell.stderr.text).toMatch(/reconnecting \(attempt \d+\): /);
  expect(shell.stderr.text.endsWith(CLEAR_LINE)).toBe(true);
  expect(proxy.cuts).toBe(4);
  expect(shell.stdout.text).toBe(`${'x'.repeat(20)}\n`.repeat(60));
});
