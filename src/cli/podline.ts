import { isatty } from 'node:tty';
import { main } from './main.ts';
import { invocationOf } from './shell.ts';
import { openPipe } from './terminal/pipe.ts';

// npm runs scripts in the package's folder; files are meant from where the command was typed.
if (process.env['npm_lifecycle_event'] === 'podline') process.chdir(process.env['INIT_CWD'] ?? '.');

const code = await main(process.argv.slice(2), {
  env: process.env,
  self: invocationOf(process.env),
  stdin: 0,
  stdout: openPipe(1, isatty(1)),
  stderr: openPipe(2, isatty(2), () => process.stderr.columns),
});
// Idle connections would keep the process for seconds; everything printed has been taken by its reader.
process.exit(code);
