import { execFile, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type { HostView } from '../../embedded/attempts/attempt.ts';
import { type AttemptLanguage, variablesOf } from './attempt.ts';

const COMMANDS: { readonly [language in AttemptLanguage]: readonly [string, string] } = {
  c: ['', 'main.c'],
  python: ['python3', 'main.py'],
  javascript: [process.execPath, 'main.js'],
  bash: ['bash', 'main.sh'],
};

/**
 * Runs a program without a sandbox, with the secret file left open as descriptor 9, and resolves to what it printed.
 * @throws what its compiler does
 */
export async function runFreely(language: AttemptLanguage, code: string, host: HostView): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'podline-control-'));
  const [command, name] = COMMANDS[language];
  const file = join(directory, name);
  writeFileSync(file, code);
  const words = language === 'c' ? [join(directory, 'program')] : [command, file];
  if (language === 'c') await promisify(execFile)('gcc', ['-w', '-o', words[0] as string, file]);
  const secret = openSync(host.secretText, 'r');
  const { PATH } = process.env;
  const stdio = ['ignore', 'pipe', 'inherit', ...Array.from({ length: 6 }, () => 'ignore'), secret];
  const child = spawn(words[0] as string, words.slice(1), {
    cwd: directory,
    env: { PATH, ...variablesOf(host) },
    stdio: stdio as 'pipe'[],
  });
  try {
    return await text(child.stdout as NonNullable<typeof child.stdout>);
  } finally {
    closeSync(secret);
    rmSync(directory, { recursive: true, force: true });
  }
}
