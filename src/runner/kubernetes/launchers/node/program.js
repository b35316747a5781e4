/**
 * What the child runs first, as text: it gets ready, waits for the name of its program, and becomes it. Nothing of this is
 * left then: no descriptor, no global, no line in a stack. Not a preload (`--require`), which every Worker would load too.
 * @param whenTold comes before the name where there is time for the warm-ups; null: there is, at once
 */
export async function becomeProgram(warmUps, whenTold = null) {
  const fs = require('node:fs');
  const { join } = require('node:path');
  const Module = require('node:module');

  // A pipe's writer is not blocked by Node on its own: a program that prints in a loop would fill its memory with what was
  // not written yet, and `process.exit()` would drop it.
  for (const stream of [process.stdout, process.stderr]) stream._handle?.setBlocking?.(true);
  if (whenTold === null) await warmUp();

  fs.writeSync(3, '.');
  const first = whenTold === null ? '' : readCharacter();
  const isTold = first === whenTold;
  if (isTold) await warmUp();
  // What the engine still does about the warm-up in the background would come between a payload and its program.
  if (isTold || whenTold === null) await new Promise((resolve) => setTimeout(resolve, 20));

  // The timers' clock stands still while the read blocks. It goes on with the next turn of the loop.
  const text = (isTold ? '' : first) + fs.readFileSync(3, 'utf8');
  if (text.trim() === '') process.exit(0);
  fs.closeSync(3);
  const { file, args, env, isTypeScript, execArgv, stdin } = JSON.parse(text);
  if (stdin !== undefined) replaceStdin(stdin);

  for (const name of Object.keys(process.env)) delete process.env[name];
  for (const { name, value } of env) process.env[name] = value;
  process.argv.splice(1, process.argv.length, file, ...args);
  process.execArgv.splice(0, process.execArgv.length, ...execArgv);
  process.title = 'node';
  process.setSourceMapsEnabled(isTypeScript);
  delete process._eval;
  // Node searches the folders of NODE_PATH and HOME, which it read when it started.
  Module._initPaths?.();
  // What only programs given by -e see as globals.
  const added = ['module', 'exports', 'require', '__filename', '__dirname', ...Module.builtinModules];
  const kept = ['console', 'crypto', 'process'];
  for (const name of added) if (!kept.includes(name)) delete globalThis[name];

  setImmediate(Module.runMain);

  function readCharacter() {
    const byte = Buffer.alloc(1);
    return byte.toString('latin1', 0, fs.readSync(3, byte));
  }

  /** `pipe` becomes stdin when that stays open, and is closed else. */
  function replaceStdin({ pipe, isOpen }) {
    if (isOpen) {
      fs.closeSync(0);
      // It gets the lowest number that is free.
      fs.openSync(`/proc/self/fd/${pipe}`, 'r');
    }
    fs.closeSync(pipe);
  }

  /** Runs small programs of each kind, so that Node has loaded and compiled what it does for any. */
  async function warmUp() {
    let place;
    try {
      place = fs.mkdtempSync(join(process.env.TMPDIR, '.warm-up-'));
    } catch {
      return;
    }
    process.stdout.write = () => true;
    for (const [name, code] of Object.entries(warmUps)) {
      try {
        fs.writeFileSync(join(place, name), code);
        await import(`file://${join(place, name)}`);
        if (!code.startsWith('import')) require(join(place, name));
      } catch {
        // This Node cannot do all of it.
      }
    }
    console.log('%s', 1, { a: ['b'] }, new Error('c'));
    delete process.stdout.write;
    fs.rmSync(place, { recursive: true, force: true });
    for (const path of Object.keys(Module._cache)) delete Module._cache[path];
  }
}

/**
 * What a Node is started with that is kept to run cells: an interrupt ends what a timer or a callback executes without a word to the
 * hooks that count those, and that has to end nothing.
 */
export const CELLS_FLAGS = ['--no-force-async-hooks-checks', '--disable-warning=ExperimentalWarning'];

/** Programs with most of what the languages have, by file name. (A line that began with `export` would lose it: ../source.ts.) */
export const WARM_UPS = {
  'a.js': 'const path = require("node:path"); exports.a = path.join("a", "b");',
  'b.js': 'import { join } from "node:path"; export const b = join("a", "b"); await null;',
  'c.ts': 'const a: number = 1; enum B { C }',
  'd.ts': `import { readFileSync } from 'node:fs';
 import type { Stats } from 'node:fs';
enum Word { A = 'a', B = 1 }
namespace Space { export const x = 1; }
interface Shape<T> { a: T; b?: string | number; readonly c: T[]; }
type Part = Partial<Shape<string>> & { [key: string]: unknown };
abstract class Base<T extends object = {}> implements Shape<number> {
  a = 1; c: number[] = []; private static z?: number; declare w: string;
  constructor(public x: number, protected readonly y = \`\${x}\`) {}
  get v(): number { return this.x as number; }
  async *g(): AsyncGenerator<number> { yield this.a!; }
  abstract q(): void;
}
function check(this: unknown, a: number, ...rest: string[]): asserts a is 1 {
  for (const r of rest) { try { if (r === 'x') throw new Error(r satisfies string); } catch { continue; } finally { } }
}
 export const o = { ...{ a: 1 }, b: [1, ...[2]], async m() { await null; }, ['k' + 1]: /r/g, n: 1n, t: (a) => a?.b ?? a };
 export default check; export { Word }; export type { Part };
let i = 0; do { i++; switch (i as number) { case 1: break; default: } } while (i < 2);`,
};
