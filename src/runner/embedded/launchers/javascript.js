import { planOf, runAsMain, runBody } from './javascript/commonjs.js';
import { makeMain } from './javascript/meta-main.js';
import { explainError, explainRefusals } from './javascript/refusals.js';
import { openStdinByName } from './javascript/stdin-file.js';
import { runTests } from './javascript/tests.js';

/**
 * The launcher of JavaScript and TypeScript, run by Deno: gets ready, says so, reads the payload and imports the
 * program, which the host has written into the current directory by then.
 *
 * An empty line instead of the payload asks it to load what most programs use and Deno loads late (Node's globals take
 * some 20 ms). The host asks when there is time, so that nobody waits for what a short program never touches.
 *
 * The program is imported by a specifier that only exists at run time. Written as a literal it would count as part of
 * the main module's graph, whose files Deno reads without asking for permission.
 */

explainRefusals();
runTests();
for (const name of Object.keys(Deno.env.toObject())) Deno.env.delete(name);
Deno.env.set('HOME', Deno.cwd());
Deno.env.set('LANG', 'C.UTF-8');

Deno.stdout.writeSync(new TextEncoder().encode('ready\n'));

let nodeIsLoaded = false;
let length = readLength();
while (length === 0) {
  loadNodeGlobals();
  length = readLength();
}
if (length === null) Deno.exit(0);
const payload = JSON.parse(new TextDecoder().decode(readExactly(length)));

if (payload.cells !== undefined) {
  const { serveCells } = await import('./javascript/cells.js');
  await serveCells(payload.cells);
}
Deno.permissions.revokeSync({ name: 'sys' });

for (const { name, value } of payload.env) Deno.env.set(name, value);

// Node's process.argv is made of these two when it is first asked for, which may have been already.
const file = `${Deno.cwd()}/${payload.fileName}`;
const program = `file://${encodeURI(file).replace(/[?#]/g, encodeURIComponent)}`;
Object.defineProperty(Deno, 'mainModule', { value: program, enumerable: true, configurable: true });
Deno.args.push(...payload.args);
if (nodeIsLoaded) process.argv.splice(1, process.argv.length, file, ...payload.args);

const source = read(file);
openStdinByName(source);
// As it is before a program may have put another in its place.
const { reportError } = globalThis;
// What its first statements throw is an uncaught exception, not a rejected promise that a handler of those may take.
start().catch((error) => {
  // Deno takes its advice from the message before the event `error`.
  explainError(error);
  reportError(error);
});

function start() {
  const { kind, run } = planOf({ fileName: payload.fileName, program, source, packageType });
  if (kind === 'commonjs') return runAsMain(file);
  if (kind === 'body') return runBody(run);
  makeMain(program, source);
  return import(program);
}

/** What its package.json says the program's files are; undefined without one. */
function packageType() {
  // An error costs more than a look.
  if (!Array.from(Deno.readDirSync('.')).some(({ name }) => name === 'package.json')) return;
  try {
    return JSON.parse(read(`${Deno.cwd()}/package.json`)).type;
  } catch {
    return undefined;
  }
}

/** The text of a file; '' when it cannot be read, which is told when it is run. */
function read(path) {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return '';
  }
}

function loadNodeGlobals() {
  for (const name of ['process', 'Buffer', 'setTimeout']) globalThis[name];
  for (const name of ['node:fs', 'node:module']) process.getBuiltinModule(name);
  nodeIsLoaded = true;
}

/** The number on the next line; null when the host has gone away. */
function readLength() {
  const byte = new Uint8Array(1);
  for (let number = 0; ; number = number * 10 + byte[0] - 48) {
    if (Deno.stdin.readSync(byte) === null) return null;
    if (byte[0] === 10) return number;
  }
}

/** Reads that many bytes of stdin and none of what follows, which is the program's. */
function readExactly(count) {
  const bytes = new Uint8Array(count);
  for (let read = 0; read < count; ) {
    const more = Deno.stdin.readSync(bytes.subarray(read));
    if (more === null) Deno.exit(0);
    read += more;
  }
  return bytes;
}
