import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { podline, startPodline } from './support/podline.ts';
import { openService, type TestService } from './support/service.ts';
import { callPodline } from './support/shell.ts';

const UNKNOWN = '01890000-0000-7000-8000-000000000000';

let service: TestService;
let folder: string;
let ended: string;
beforeAll(async () => {
  service = await openService();
  folder = mkdtempSync(join(tmpdir(), 'podline-records-'));
  writeFileSync(join(folder, 'ended.js'), 'console.log("one"); console.error("two"); process.exit(4);');
  writeFileSync(join(folder, 'ticking.js'), 'console.log("up"); setInterval(() => console.log("tick"), 20);');
  await podline(['run', '--label', 'n=ended', join(folder, 'ended.js'), 'an argument'], { url: service.url });
  ended = JSON.parse((await ask('list', '--json')).stdout)[0].id;
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await service?.[Symbol.asyncDispose]();
});

const ask = (...argv: string[]) => callPodline(argv, service.url);

describe('podline list', () => {
  it('prints a table', async () => {
    const { code, stdout } = await ask('list', '--label', 'n=ended');
    expect(code).toBe(0);
    const [head, row, ...rest] = stdout.trimEnd().split('\n');
    expect(head).toMatch(/^ID +STATUS +END +LANGUAGE +CREATED +TOOK +LABELS$/);
    expect(row).toMatch(new RegExp(`^${ended}  FAILED +exit 4 +javascript .* n=ended$`));
    expect(rest).toEqual([]);
  });

  it.each([
    [['--status', 'failed'], 1],
    [['--status', 'succeeded', '--status', 'FAILED'], 1],
    [['--status', 'succeeded'], 0],
    [['--language', 'javascript', '--limit', '1'], 1],
    [['--language', 'JS'], 1],
    [['--language', 'python'], 0],
    [['--label', 'n=other'], 0],
  ])('filters by %j', async (filter, expected) => {
    const { stdout } = await ask('list', '--json', '--label', 'n=ended', ...filter);
    expect(JSON.parse(stdout)).toHaveLength(filter.includes('n=other') ? 0 : expected);
  });

  it('reads on for more than a page holds', async () => {
    const input = {
      encoding: 'UTF8',
      language: 'javascript',
      stdin: '',
      stdinOpen: false,
      outputFiles: ['**'],
      files: [],
      env: [],
      args: [],
    } as const;
    const labels = [{ name: 'n', value: 'many' }];
    for (let count = 0; count < 120; count++) {
      await service.executions.execute('anonymous', { ...input, labels, code: `${count}` });
    }
    const { stdout } = await ask('list', '--json', '--label', 'n=many', '--limit', '110');
    const ids = JSON.parse(stdout).map((execution: { id: string }) => execution.id);
    expect(new Set(ids).size).toBe(110);
    expect(ids).toEqual(ids.toSorted().toReversed());
  });
});

describe('podline show', () => {
  it('prints what there is', async () => {
    const { code, stdout } = await ask('show', ended);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^id +${ended}\nstatus +FAILED\nend +EXITED\nexit code +4\n`));
    expect(stdout).toMatch(/^arguments +"an argument"$/m);
    expect(stdout).toMatch(/^output +8 bytes$/m);
  });

  it('prints the program alone, or all as JSON', async () => {
    const code = 'console.log("one"); console.error("two"); process.exit(4);';
    expect((await ask('show', '--code', ended)).stdout).toBe(code);
    const { stdout } = await ask('show', '--json', ended);
    expect(JSON.parse(stdout)).toMatchObject({
      id: ended,
      code,
      exitCode: 4,
      outputBytes: 8,
      queuePosition: null,
    });
  });
});

describe('an execution', () => {
  it('is named by the beginning of its id, and the newest as latest', async () => {
    const id = service.executions
      .execute('anonymous', {
        encoding: 'UTF8',
        language: 'javascript',
        code: '1',
        stdin: '',
        stdinOpen: false,
        outputFiles: ['**'],
        files: [],
        env: [],
        args: [],
        labels: [],
      })
      .then((execution) => execution.id);
    const newest = await id;
    expect(JSON.parse((await ask('show', '--json', 'latest')).stdout).id).toBe(newest);
    expect(JSON.parse((await ask('show', '--json', newest.slice(0, 18))).stdout).id).toBe(newest);
    expect((await ask('logs', ended.replaceAll('-', '').slice(0, 20).toUpperCase())).stdout).toBe('one\n');
  });

  it('is not named by what fits several, or none', async () => {
    const several = await ask('show', ended.slice(0, 4));
    expect(several).toMatchObject({ code: 1, stdout: '' });
    expect(several.stderr).toMatch(
      /^podline: More than one id begins with .{4}: .+, …\. Write more of it\.\n$/,
    );
    for (const none of ['0189', 'ffff']) {
      expect(await ask('show', none)).toMatchObject({
        code: 1,
        stderr: `podline: There is no execution whose id begins with ${none}.\n`,
      });
    }
  });
});

describe('podline logs', () => {
  it('prints each stream on its own', async () => {
    const printed = { code: 0, stdout: 'one\n', stderr: 'two\n' };
    expect(await podline(['logs', ended], { url: service.url })).toEqual({ ...printed, signal: null });
    expect(await ask('logs', '-f', ended)).toEqual(printed);
    expect(await ask('logs', '--stream', 'stderr', ended)).toMatchObject({ stdout: '', stderr: 'two\n' });
  });

  it('prints chunks with their numbers, and what comes after one', async () => {
    const all = (await ask('logs', '--json', ended)).stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
    expect(all.map(({ text }) => text).sort()).toEqual(['one\n', 'two\n']);
    const after = await ask('logs', '--json', '--after', '1', ended);
    expect(
      after.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(all.slice(1));
    expect(await ask('logs', '-f', '--after', String(all.length), ended)).toMatchObject({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  it('follows a run to its end, and Ctrl-C leaves it running', async () => {
    const { stdout } = await ask('run', '--detach', join(folder, 'ticking.js'));
    const id = stdout.trim();
    await using left = startPodline(['logs', '--follow', id], { url: service.url });
    await left.printed('tick\n');
    left.child.kill('SIGINT');
    expect(await left.ended()).toMatchObject({ signal: 'SIGINT' });
    expect(JSON.parse((await ask('show', '--json', id)).stdout)).toMatchObject({ status: 'RUNNING' });

    await using followed = startPodline(['logs', '-f', id], { url: service.url });
    await followed.printed('tick\n');
    expect(await ask('cancel', id)).toMatchObject({ code: 0, stderr: '' });
    const { code, stdout: printed } = await followed.ended();
    expect(code).toBe(0);
    expect(printed).toBe((await ask('logs', id)).stdout);
  });
});

describe('podline cancel and cleanup', () => {
  it('tell what happened', async () => {
    expect(await ask('cancel', ended)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^podline: .+\n$/),
    });
    expect(await ask('cleanup', ended)).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/.+\n$/),
    });
  });

  it.each(['show', 'logs', 'cancel', 'cleanup'])(
    '%s says that there is no such execution',
    async (command) => {
      const { code, stdout, stderr } = await ask(command, UNKNOWN);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(UNKNOWN);
    },
  );
});

describe('podline health and runtimes', () => {
  it('print the state of the server', async () => {
    const { code, stdout } = await ask('health');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^(HEALTHY|DEGRADED): version .+, up .+, \d+ running, \d+ queued\n/);
    expect(JSON.parse((await ask('health', '--json')).stdout)).toHaveProperty('checks');
  });

  it('list the languages', async () => {
    const { stdout } = await ask('runtimes');
    for (const language of ['python', 'javascript', 'typescript'])
      expect(stdout).toMatch(new RegExp(`^${language}\\b`, 'm'));
    expect(stdout).toContain('default / maximum');
    expect(JSON.parse((await ask('runtimes', '--json')).stdout)[0]).toHaveProperty('maximums.timeoutMs');
  });
});
