import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCuttingProxy, seededRandom } from './support/cutting-proxy.ts';
import { podline } from './support/podline.ts';
import { openService, type TestService } from './support/service.ts';

let service: TestService;
let folder: string;
let file: string;
beforeAll(async () => {
  service = await openService();
  folder = mkdtempSync(join(tmpdir(), 'podline-resume-'));
  file = join(folder, 'lines.js');
  writeFileSync(file, PROGRAM);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await service?.[Symbol.asyncDispose]();
});

const LINES = 4000;
const line = (number: number) => `${number} ${'äß'.repeat(number % 60)}\n`;
const PROGRAM = `
for (let number = 1; number <= ${LINES}; number++) {
  const text = number + ' ' + 'äß'.repeat(number % 60) + '\\n';
  (number % 5 === 0 ? process.stderr : process.stdout).write(text);
  if (number % 40 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
}
process.exit(9);
`;

describe('podline run behind a line that is cut again and again', () => {
  // They wait most of the time.
  it.concurrent.each([1, 2, 3])('prints the same bytes as over an uncut one, seed %d', async (seed) => {
    const random = seededRandom(seed * 7919);
    // An event of 64 KiB of text passes now and then, and never does where lengths are small.
    await using proxy = await openCuttingProxy(service.url, () => 100 + Math.floor(random() ** 2 * 300_000));
    const { code, stdout, stderr } = await podline(['run', '--label', `seed=${seed}`, file], {
      url: proxy.url,
    });

    const numbers = Array.from({ length: LINES }, (_, index) => index + 1);
    expect(stderr).toBe(
      numbers
        .filter((number) => number % 5 === 0)
        .map(line)
        .join(''),
    );
    expect(stdout).toBe(
      numbers
        .filter((number) => number % 5 !== 0)
        .map(line)
        .join(''),
    );
    expect(code).toBe(9);
    expect(proxy.cuts).toBeGreaterThan(2);
    const { stdout: listed } = await podline(['list', '--label', `seed=${seed}`, '--json'], {
      url: service.url,
    });
    expect(JSON.parse(listed), 'a submit whose answer was lost ran twice').toHaveLength(1);
  });
});
