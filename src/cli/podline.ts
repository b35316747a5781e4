#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { isatty } from 'node:tty';

// Halves the time to start: types are stripped once, not at every start. Without a writable folder it is just slower.
enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/podline'));
// npm runs scripts in the package's folder; files are meant from where the command was typed.
if (process.env['npm_lifecycle_event'] === 'podline') process.chdir(process.env['INIT_CWD'] ?? '.');
const { main } = await import('./main.ts');
const { openPipe } = await import('./terminal/pipe.ts');

const code = await main(process.argv.slice(2), {
  env: process.env,
  stdin: 0,
  stdout: openPipe(1, isatty(1)),
  stderr: openPipe(2, isatty(2)),
});
// Idle connections would keep the process for seconds; everything printed has been taken by its reader.
process.exit(code);
