import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base64, post } from './support/post.ts';
import { ServerProcess } from './support/server-process.ts';
import type { Settings } from './support/settings.ts';

/** A file of the host that only the server's user may read. */
const SECRET = 'a secret of the host';
const BWRAP = '/usr/bin/bwrap';
const canHide = spawnSync(BWRAP, ['--unshare-user', '--dev-bind', '/', '/', 'true']).status === 0;

/** A server where bubblewrap cannot be found. */
const TOMBSTONE = [BWRAP, '--die-with-parent', '--dev-bind', '/', '/', '--ro-bind', '/dev/null', BWRAP, '--'];
/** A server that may make no user namespace. */
const REFUSED = [
  BWRAP,
  '--die-with-parent',
  '--unshare-user',
  '--dev-bind',
  '/',
  '/',
  '--disable-userns',
  '--',
];

/**
 * Throws in a Worker, with a source map that names the first line of a file as the place: Deno quotes the line, and asks
 * no permission for it.
 */
const quoting = (file: string): string => `
const map = { version: 3, sources: ['file://${file}'], names: [], mappings: 'AAAA' };
const program = 'throw new Error("quoted")\\n//# sourceMappingURL=data:application/json;base64,' + btoa(JSON.stringify(map));
const worker = new Worker('data:text/javascript,' + encodeURIComponent(program), { type: 'module' });
await new Promise((resolve) => { worker.onerror = (event) => { event.preventDefault(); resolve(); }; });
console.log('over');
`;

let directory: string;
let secretFile: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'podline-isolation-'));
  secretFile = join(directory, 'secret');
  writeFileSync(secretFile, `${SECRET}\n`, { mode: 0o600 });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe.runIf(process.platform === 'linux')('a program that has Deno quote a file of the host', () => {
  it.skipIf(!canHide)('gets nothing with bubblewrap, which health and runtimes name', async () => {
    const { output, health, stderr } = await quoteOn({}, []);
    expect(health).toMatch(/^Programs are isolated by bubblewrap/);
    expect(output).toContain('over');
    expect(output).not.toContain(SECRET);
    expect(stderr).not.toContain('WARNING');
  });

  it.skipIf(!canHide).each([
    ['bubblewrap cannot be found', TOMBSTONE],
    ['user namespaces are refused', REFUSED],
  ])('gets nothing where %s: it is Landlock then', async (_, wrapper) => {
    const { output, health } = await quoteOn({}, wrapper);
    expect(health).toMatch(/^Programs are isolated by Landlock/);
    expect(output).toContain('over');
    expect(output).not.toContain(SECRET);
  });

  it('gets it on a server that was told to have no jail, which says so everywhere', async () => {
    const { output, health, stderr } = await quoteOn({ SANDBOX_ISOLATION: 'none' }, []);
    expect(output).toContain(SECRET);
    expect(health).toMatch(/^Programs are not isolated: a program can read every file/);
    expect(stderr).toMatch(/WARNING: Programs are not isolated/);
  });
});

describe.runIf(process.platform === 'linux' && canHide)(
  'an isolation that was asked for and does not work',
  () => {
    it.each([
      [
        'bubblewrap',
        TOMBSTONE,
        /SANDBOX_ISOLATION: expected bubblewrap to work here, got: bubblewrap is not installed/,
      ],
      [
        'bubblewrap',
        REFUSED,
        /SANDBOX_ISOLATION: expected bubblewrap to work here, got: bubblewrap cannot make a jail/,
      ],
    ])('stops the start: %s', async (isolation, wrapper, sentence) => {
      const settings = { DATA_DIR: join(directory, 'data'), SANDBOX_ISOLATION: isolation };
      await using server = new ServerProcess(settings, wrapper);
      expect((await server.ended).code).toBe(1);
      expect(server.stderr).toMatch(sentence);
    });
  },
);

interface Quoted {
  readonly output: string;
  /** What the check of the runner says. */
  readonly health: string;
  readonly stderr: string;
}

async function quoteOn(settings: Settings, wrapper: readonly string[]): Promise<Quoted> {
  await using server = new ServerProcess({ DATA_DIR: join(directory, 'data'), ...settings }, wrapper);
  const url = await server.listening();
  const submitted = await post(`${url}/execute`, {
    code: base64(quoting(secretFile)),
    language: 'javascript',
  });
  const { execution_id: id } = (await submitted.json()) as { execution_id: string };
  const output = await (await fetch(`${url}/result/${id}/stream`)).text();
  const { data } = (await (
    await post(`${url}/graphql`, { query: '{ health { checks { name message } } }' })
  ).json()) as {
    data: { health: { checks: { name: string; message: string | null }[] } };
  };
  return {
    output,
    health: data.health.checks.find(({ name }) => name === 'runner')?.message ?? '',
    stderr: server.stderr,
  };
}
