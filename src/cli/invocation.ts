import { relative, resolve } from 'node:path';

/** The folder of the package: a checkout. */
const ROOT = resolve(import.meta.dirname, '../..');

/** How whoever called this command can call it again: npm tells what it runs by its variables. */
export function invocationOf(env: { readonly [name: string]: string | undefined }): string {
  if (env['npm_lifecycle_event'] === 'podline') return 'npm run -s podline --';
  if (env['npm_lifecycle_event'] === 'npx' && env['npm_command'] === 'exec') return 'npx podline';
  return 'podline';
}

/** How a server is started from the folder that the command was called in. */
export function startCommand(folder: string = process.cwd()): string {
  const path = relative(folder, ROOT);
  return path === '' ? 'npm start' : `npm --prefix ${ROOT} start`;
}

/** Text that names `podline COMMAND` as it must be written here: in quotes, or at the start of a line of help. */
export function asInvoked(text: string, self: string): string {
  return self === 'podline' ? text : text.replace(/(^ *|")podline (?=[-a-z])/gm, `$1${self} `);
}
