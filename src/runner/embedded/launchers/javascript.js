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

Deno.stdout.writeSync(new TextEncoder().encode('ready\n'));

let nodeIsLoaded = false;
let length = readLength();
while (length === 0) {
  loadNodeGlobals();
  length = readLength();
}
if (length === null) Deno.exit(0);
const payload = JSON.parse(new TextDecoder().decode(readExactly(length)));

for (const name of Object.keys(Deno.env.toObject())) Deno.env.delete(name);
Deno.env.set('HOME', Deno.cwd());
Deno.env.set('LANG', 'C.UTF-8');
for (const { name, value } of payload.env) Deno.env.set(name, value);

// Node's process.argv is made of these two when it is first asked for, which may have been already.
const file = `${Deno.cwd()}/${payload.fileName}`;
const program = `file://${encodeURI(file).replace(/[?#]/g, encodeURIComponent)}`;
Object.defineProperty(Deno, 'mainModule', { value: program, enumerable: true, configurable: true });
Deno.args.push(...payload.args);
if (nodeIsLoaded) process.argv.splice(1, process.argv.length, file, ...payload.args);

if (payload.fileName.endsWith('.cjs')) runAsMain(file);
else import(program);

/** Imported, a CommonJS program would find that `require.main` is not itself. Called by the engine, not by us, so that our name stands in no stack. */
function runAsMain(path) {
  const module = process.getBuiltinModule('node:module');
  Promise.resolve().then(module._load.bind(module, path, null, true));
}

function loadNodeGlobals() {
  for (const name of ['process', 'Buffer', 'setTimeout']) globalThis[name];
  process.getBuiltinModule('node:fs');
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
