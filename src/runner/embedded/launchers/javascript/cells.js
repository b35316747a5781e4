import { runCells } from '#cells/cells.js';
import { Evaluator } from '#cells/evaluate.js';
import { CellFiles } from './cell-files.js';
import { CellInput } from './cell-input.js';
import { explainError } from './refusals.js';

/**
 * Runs cells in Deno (../../../local/cells/javascript/cells.js), as the host sends them: frames on stdin
 * (../../../local/cells/frames.ts). After each it sends what that changed in the working directory. Never resolves.
 */
export async function serveCells({ token, env }) {
  // V8's inspector, for which Deno wants a permission; it is given up before anything of a program runs.
  const evaluator = new Evaluator();
  Deno.permissions.revokeSync({ name: 'sys' });
  const files = new CellFiles();
  const input = new CellInput((bytes) => files.apply(bytes));
  setVariables(env);
  input.offer();
  let interrupt = () => {};
  Deno.addSignalListener('SIGINT', () => interrupt());
  const outputs = [null, Deno.stdout, Deno.stderr];
  const host = {
    token,
    evaluator,
    nextCell: () => input.nextCell(),
    begin(cell) {
      files.reset();
      setVariables(cell.env);
      Deno.args.splice(0, Deno.args.length, ...cell.args);
      process.argv.splice(1, process.argv.length, `${Deno.cwd()}/${cell.fileName}`, ...cell.args);
    },
    onInterrupt(callback) {
      interrupt = callback;
    },
    async finish() {
      interrupt = () => {};
    },
    write: (descriptor, bytes) => writeAll(outputs[descriptor], bytes),
    readSync: (view) => input.readSync(view),
    explain: explainError,
    onStrayError,
    changes: () => files.changes(),
  };
  try {
    await runCells(host);
  } catch (error) {
    // A cell took away what this needs: that is no good end of it.
    reportBreak(error);
    Deno.exit(1);
  }
  Deno.exit(0);
}

function setVariables(variables) {
  for (const { name, value } of variables) Deno.env.set(name, value);
}

/** What nobody waits for any more: it ends neither the cell that runs now nor the process. */
function onStrayError(callback) {
  addEventListener('error', (event) => {
    event.preventDefault();
    callback(event.error);
  });
  addEventListener('unhandledrejection', (event) => {
    event.preventDefault();
    callback(event.reason);
  });
}

function reportBreak(error) {
  try {
    writeAll(Deno.stderr, new TextEncoder().encode(`${error}\n`));
  } catch {
    // Nor is there anything to print to.
  }
}

function writeAll(file, bytes) {
  for (let written = 0; written < bytes.length; ) {
    try {
      written += file.writeSync(bytes.subarray(written));
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
    }
  }
}
