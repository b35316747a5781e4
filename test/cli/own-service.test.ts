import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answers, chosenEndpoint } from '../../src/cli/connection/connect.ts';
import { podline } from './support/podline.ts';
import { captureShell } from './support/shell.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'podline-own-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// With a Podline of someone's own at the default address the command would rightly use that one.
const isTaken = await answers(chosenEndpoint({}, captureShell()));
const TAKEN = 'a Podline answers at the default address of this machine; stop it to run this';

it('runs in its own process when there is no server, and leaves nothing behind', async (context) => {
  context.skip(isTaken, TAKEN);
  writeFileSync(
    join(folder, 'job.js'),
    'console.log(process.argv[2]); console.error("err"); process.exit(5);',
  );
  const { code, stdout, stderr } = await podline(['run', 'job.js', 'own'], { cwd: folder });
  expect({ code, stdout, stderr }).toEqual({ code: 5, stdout: 'own\n', stderr: 'err\n' });
  expect(existsSync(join(folder, '.podline'))).toBe(false);
});

it('does not detach from a service that ends with it', async (context) => {
  context.skip(isTaken, TAKEN);
  writeFileSync(join(folder, 'job.js'), '');
  const { code, stdout, stderr } = await podline(['run', '--detach', 'job.js'], { cwd: folder });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('--detach needs a server that stays');
});
