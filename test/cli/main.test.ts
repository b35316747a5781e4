import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

  it.each(['--version', '-v', '-V'])('prints the version of package.json for %s', async (option) => {
    expect(await run(option)).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  it('alone prints the help, and "help COMMAND" that of a command', async () => {
    expect(await run()).toEqual(await run('--help'));
    expect(await run('help', 'logs')).toEqual(await run('logs', '--help'));
    expect(await run('run', '-q', '--help')).toEqual(await run('run', '--help'));
    expect(await run('show', 'latest', '-h')).toEqual(await run('show', '--help'));
  });

  it('names itself as it was called', async () => {
    const shell = captureShell({ self: 'npx podline' });
    expect(await main(['run', '--help'], shell)).toBe(0);
    expect(shell.stdout.text).toMatch(/^npx podline run /);
    expect(await main(['runn'], shell)).toBe(2);
    expect(shell.stderr.text).toContain('Did you mean "npx podline run"? See "npx podline --help".');
  });
});

describe('wrong usage ends with 2 and says what was expected and got', () => {
  it.each([
    [['fly'], 'runtimes, migrate, completion), got "fly". See "podline --help".'],
    [['rum'], 'got "rum". Did you mean "podline run"?'],
    [['ls'], 'Did you mean "podline list"?'],
    [['package.json'], 'Did you mean "podline run package.json"?'],
    [['run'], 'Expected a FILE to run, - for stdin, or --code CODE, got none. See "podline run --help".'],
    [['run', '--timeout', 'soon', 'x.py'], '--timeout takes a time such as 30s, 500ms or 2m, got "soon".'],
    [['run', '--memory', 'all', 'x.py'], '--memory takes a whole number of MiB'],
    [
      ['run', '--env', 'NOT_SET', 'x.py'],
      '--env NOT_SET takes the value of the variable NOT_SET, which is not set',
    ],
    [['run', '--label', 'x', 'x.py'], '--label takes NAME=value, got "x".'],
    [['run', '--speed', 'x.py'], "Unknown option '--speed'."],
    [['run', '--time-out', '1', 'x.py'], "Unknown option '--time-out'. Did you mean --timeout?"],
    [['run', 'package.json', '--file', 'README.md'], '"podline run -f README.md package.json"'],
    [['run', 'package.json', '-x', '-f', 'README.md=r'], '-f README.md=r stands after package.json'],
    [['completion'], 'Expected one SHELL, got none.'],
    [['completion', 'tcsh'], 'Expected one of bash, zsh, fish as SHELL, got "tcsh".'],
    [
      ['show', 'abc'],
      'Expected the id of an execution, the first 4 or more of its digits, or latest, got "abc".',
    ],
    [['list', 'extra'], 'Expected options only, got extra.'],
    [['list', '--limit', '0'], '--limit takes a whole number from 1 on, got "0".'],
    [
      ['list', '--status', 'done'],
      '--status takes one of queued, starting, running, succeeded, failed, cancelled',
    ],
    [['logs'], 'Expected one ID, got none.'],
    [['logs', '--stream', 'both', 'latest'], '--stream takes one of stdout, stderr, display, got "both".'],
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

  it('says what programs there are for a file that tells none, as far as is known', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'podline-main-'));
    const file = join(folder, 'x.unknown');
    writeFileSync(file, '');
    const { code, stderr } = await run('run', '--url', await closedAddress(), file);
    rmSync(folder, { recursive: true });
    expect(code).toBe(2);
    expect(stderr).toContain(
      'Expected a program in python, javascript, typescript, bash, c, cpp, go, rust, java, ruby, php, perl, lua, r, sqlite, got ',
    );
    expect(stderr).toContain('.unknown is the extension of none of them');
  });

  it('is chosen before the command too', async () => {
    const url = await closedAddress();
    for (const argv of [
      ['--url', url, 'health'],
      [`--url=${url}`, '--api-key', 'k', 'health'],
    ]) {
      expect((await run(...argv)).stderr).toContain(`Cannot reach Podline at ${url}`);
    }
  });

  it('prints the error of a server that refuses', async () => {
    const body = { errors: [{ message: 'An API key is needed.', extensions: { code: 'UNAUTHENTICATED' } }] };
    await using server = await serveHttp((response) => answerJson(response, body, 401));
    expect(await run('list', '--url', server.url)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'podline: An API key is needed. Set PODLINE_API_KEY to one, or give another with --api-key.\n',
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
