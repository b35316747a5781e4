import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { main } from '../../src/cli/main.ts';
import { LANGUAGES } from '../../src/runner/languages/languages.ts';
import { captureShell } from './support/shell.ts';

const isInstalled = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0;

async function scriptFor(name: string): Promise<string> {
  const shell = captureShell();
  expect(await main(['completion', name], shell)).toBe(0);
  return shell.stdout.text;
}

/** What a shell that read the script proposes for the last of the words. */
type Propose = (script: string, words: readonly string[]) => string[];

const SHELLS: { readonly [name: string]: Propose } = {
  bash(script, words) {
    const list = words.map((word) => `'${word}'`).join(' ');
    const ask = `COMP_WORDS=(podline ${list}); COMP_CWORD=${words.length}; _podline; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return lines('bash', ['--norc', '-c', `${script}\n${ask}`]);
  },
  zsh(script, words) {
    // Its completion system needs a terminal; what it would be given is printed instead.
    const list = ['podline', ...words].map((word) => `'${word}'`).join(' ');
    const stubs =
      'compdef() { }; compadd() { shift; print -l -- "$@" }; _files() { print -- FILES }; ' +
      `_describe() { print -l -- \${\${(P)2}%%:*} }`;
    return lines('zsh', [
      '-f',
      '-c',
      `${stubs}\n${script}\nwords=(${list}); CURRENT=${words.length + 1}; _podline`,
    ]);
  },
  fish(script, words) {
    const line = ['podline', ...words].join(' ').replaceAll("'", "\\'");
    return lines('fish', ['--no-config', '-c', `${script}\ncomplete -C '${line}'`]).map(
      (text) => text.split('\t')[0] ?? '',
    );
  },
};

function lines(shell: string, argv: readonly string[]): string[] {
  const { stdout, stderr, status } = spawnSync(shell, argv, { encoding: 'utf8', cwd: import.meta.dirname });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout.split('\n').filter((line) => line !== '');
}

describe.each(Object.keys(SHELLS))('completion for %s', (name) => {
  let script: string;
  beforeAll(async () => {
    script = await scriptFor(name);
  });

  it('names every command and option', () => {
    for (const command of COMMANDS.keys()) expect(script).toContain(command);
    for (const option of ['timeout', 'detach', 'after', 'status', 'api-key'])
      expect(script).toContain(option);
  });

  it('completes commands, options, values and files', (context) => {
    context.skip(!isInstalled(name), `${name} is not installed here`);
    const propose = (...words: string[]) => SHELLS[name]?.(script, words) ?? [];
    expect(propose('')).toEqual(expect.arrayContaining([...COMMANDS.keys()]));
    expect(propose('logs', '--')).toEqual(expect.arrayContaining(['--follow', '--after', '--url', '--help']));
    expect(propose('run', '--language', '')).toEqual(
      LANGUAGES.map((language) => language.name).sort(byShell(name)),
    );
    expect(propose('show', '')).toContain('latest');
    expect(propose('completion', '')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
    const files = propose('run', name === 'zsh' ? '' : 'completion.');
    expect(files).toEqual([name === 'zsh' ? 'FILES' : 'completion.test.ts']);
  });
});

/** fish sorts what it proposes. */
function byShell(name: string): (a: string, b: string) => number {
  return name === 'fish' ? (a, b) => (a < b ? -1 : 1) : () => 0;
}
