import { runCells } from '../python/cells.js';
import { openInterrupts } from '../python/input.js';
import { limitStack, startInterpreter } from '../python/interpreter.js';
import { readPayload, runProgram } from '../python/program.js';
import { openSnapshot } from '../python/snapshot-file.js';
import { warmUp } from '../python/warm-up.js';

/**
 * Runs one Python program, in Deno:
 *
 *     deno run --quiet --no-remote --no-npm --no-config --no-lock --no-prompt --cached-only \
 *       --v8-flags=--stack-size=<stack KiB> --allow-read=<directory of the pyodide package>,<snapshot>,<interrupts> \
 *       --allow-write=<files> python.js <directory of the pyodide package> <snapshot> <interrupts> <files> <stack KiB>
 *
 * The stack is V8's; the process must have a little more (`ulimit -s`), which also becomes the size of every thread's
 * stack (of address space: only what is used becomes memory). It bounds how deep Python may recurse through C code and
 * how deep a structure it can release: with 98304 as deep as CPython usually does (9,000 calls of a cached function,
 * a list of 100,000 linked objects). Without the argument V8's own 984 are assumed.
 *
 * The snapshot comes from `ensurePythonSnapshot` (../python/snapshot.ts). All permissions are given up before `ready`, save that to write to
 * <files>, a directory for the files that the program leaves ('': there is none).
 * Then: `ready\n` on stdout; on stdin one line with the payload's length in bytes, the payload (JSON), and the
 * program's own stdin (in frames where it stays open, ../python/input.js); or the payload says that cells are to be run
 * (../python/cells.js). The program is interrupted (KeyboardInterrupt) when
 * the file <interrupts> grows. From `ready\n` on, everything on stdout and stderr is the program's. The process's exit code is
 * the program's: 1 after an uncaught exception, 130 after an uncaught KeyboardInterrupt, 134 when the interpreter
 * itself gave up.
 */

const [packageDirectory, snapshotPath, interruptsPath, filesDirectory, stackKb = '984'] = Deno.args;
const directory = packageDirectory.endsWith('/') ? packageDirectory : `${packageDirectory}/`;
const snapshot = openSnapshot(snapshotPath);
const wasm = WebAssembly.compile(Deno.readFileSync(`${directory}pyodide.asm.wasm`));
const python = await startInterpreter({
  directory,
  wasm,
  library: snapshot.library,
  restore: snapshot.restore,
});
limitStack(python, Number(stackKb));
python.state = snapshot.state;
warmUp(python);
python.interrupts = openInterrupts(interruptsPath);
if (filesDirectory === '') Deno.permissions.revokeSync({ name: 'write' });
for (const name of ['read', 'net', 'env', 'run', 'sys', 'ffi', 'import']) {
  Deno.permissions.revokeSync({ name });
}
// The snapshot stays open, and Deno's own operations would change its mode without asking for a permission.
delete Deno[Deno.internal];
Deno.stdout.writeSync(new TextEncoder().encode('ready\n'));
const payload = readPayload();
if (payload.cells === undefined) runProgram(python, payload, filesDirectory);
else runCells(python, payload.cells);
