import { existsSync } from 'node:fs';
import { LANGUAGES } from '../../../src/runner/languages/languages.ts';

/** Without it there is no native host; what is skipped then is said once. */
export const hasBubblewrap = process.platform === 'linux' && existsSync('/usr/bin/bwrap');

const FOLDERS = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/local/go/bin'];

/** Whether a language's tool is installed on this machine where the native host looks for it. */
export function isHere(name: string): boolean {
  const language = LANGUAGES.find((one) => one.name === name);
  if (language === undefined) return false;
  if (language.launcher === 'javascript') return true;
  const [tool = ''] = language.commands.version;
  return FOLDERS.some((folder) => existsSync(`${folder}/${tool}`));
}

const missing = LANGUAGES.filter(({ name }) => !isHere(name)).map(({ name }) => name);
if (!hasBubblewrap) console.log('Skipped: bubblewrap is not installed here.');
else if (missing.length > 0)
  console.log(`Skipped, their tools are not installed here: ${missing.join(', ')}.`);
