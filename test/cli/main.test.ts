import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { COMMANDS } from '../../src/cli/commands.ts';
import { main } from '../../src/cli/main.ts';
import { answerJson, closedAddress, serveHttp } from './support/http.ts';
import { captureShell } from './support/shell.ts';

async function run(...argv: string[]) {
  const shell = captureShell();
  const code = await main(argv, shell);
  return { code, stdout: shell.stdout.text, stderr: shell.stderr.text };
}

describe('help and version', () => {
  it('lists every command', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    for (const name of COMMANDS.keys()) expect(stdout).toContain(`podline ${name}`);
  });

  it.each([...COMMANDS.keys()])('explains %s', async (name) => {
    const { code, stdout } = await run(name, '--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^podline ${name}`));
  });

  it('prints the version of package.json', async () => {
    expect(await run('--version')).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });
});

describe('wrong usage ends with 2 and says what was expected and got', () => {
  it.each([
    [[], 'Expected a command (run, list, show, logs, cancel, cleanup, health, runtimes, migrate), got none.'],
    [['rum'], 'got "rum".'],
    [['run'], 'Expected a FILE to run, or - for stdin, got none. See "podline run --help".'],
    [['run', '--timeout', 'soon', 'x.py'], '--timeout takes a time such as 30s, 500ms or 2m, got "soon".'],
    [['run', '--memory', 'all', 'x.py'], '--memory takes a whole number of MiB'],
    [
      ['run', '--env', 'NOT_SET', 'x.py'],
      '--env NOT_SET takes the value of the variable NOT_SET, which is not set',
    ],
    [['run', '--label', 'x', 'x.py'], '--label takes NAME=value, got "x".'],
    [['run', 'x.unknown'], 'Name it with --language.'],
    [['run', '--speed', 'x.py'], "Unknown option '--speed'."],
    [['list', 'extra'], 'Expected options only, got extra.'],
    [['list', '--limit', '0'], '--limit takes a whole number from 1 on, got "0".'],
    [
      ['list', '--status', 'done'],
      '--status takes one of queued, starting, running, succeeded, failed, cancelled',
    ],
    [['logs'], 'Expected one ID, got none.'],
    [['logs', '--stream', 'both', 'x'], '--stream takes one of stdout, stderr, got "both".'],
    [['health', '--url', 'nowhere'], '--url takes a URL such as http://127.0.0.1:5000, got "nowhere".'],
  ])('%j', async (argv, message) => {
    const { code, stdout, stderr } = await run(...argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^podline: .*\n$/);
  });
});

describe('a server that does not answer ends with 1', () => {
  it('names the URL that was tried', async () => {
    const url = await closedAddress();
    const { code, stderr } = await run('health', '--url', url);
    expect(code).toBe(1);
    expect(stderr).toContain(`Cannot reach Podline at ${url}: ECONNREFUSED.`);
  });

  it('says that something else answered', async () => {
    await using server = await serveHttp((response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>');
    });
    const { url } = server;
    const { code, stderr } = await run('health', '--url', url);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `podline: Expected a GraphQL answer of Podline from ${url}, got HTTP status 200, text/html.\n`,
    );
  });

  it('prints the error of a server that refuses', async () => {
    const body = { errors: [{ message: 'An API key is needed.', extensions: { code: 'UNAUTHENTICATED' } }] };
    await using server = await serveHttp((response) => answerJson(response, body, 401));
    expect(await run('list', '--url', server.url)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'podline: An API key is needed.\n',
    });
  });

  it('says which file is missing before it asks any server', async () => {
    const { code, stderr } = await run('run', '--url', await closedAddress(), '/nowhere/job.py');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'podline: Cannot read /nowhere/job.py: there is no such file.\n',
    });
  });
});
