import { CellFiles } from './cell-files.js';
import { CellInput, Interrupted } from './cell-input.js';
import { display, offerDisplay } from './display.js';
import { describeError, Evaluator } from './evaluate.js';

/** Bytes of a piece of a message: as in ../../../local/cells/cells.py. */
const PIECE_BYTES = 4000;
/** What a shell shows for a process that SIGINT ended. */
const INTERRUPTED = 130;

/**
 * Runs cells: pieces of a program, one after the other in this process, whose variables stay, as the host sends them (frames on
 * stdin, ../../../local/cells/frames.ts). After each it sends what that changed in the working directory, and says, behind all
 * that was printed on either stream, that it has ended (messages.ts there). Never resolves.
 */
export async function runCells(cells) {
  try {
    await serve(cells);
  } catch (error) {
    // A cell took away what this needs: that is no good end of it.
    reportError(error);
    Deno.exit(1);
  }
  Deno.exit(0);
}

async function serve({ token, env }) {
  const files = new CellFiles();
  const input = new CellInput((bytes) => files.apply(bytes));
  const evaluator = new Evaluator();
  setVariables(env);
  input.offer();
  offerDisplay((text, parts) => send(Deno.stdout, token, { type: 'display', text, parts, isResult: false }));
  printStrayErrors();
  for (let cell = await input.nextCell(); cell !== null; cell = await input.nextCell()) {
    files.reset();
    setVariables(cell.env);
    Deno.args.splice(0, Deno.args.length, ...cell.args);
    process.argv.splice(1, process.argv.length, `${Deno.cwd()}/${cell.fileName}`, ...cell.args);
    let exitCode = 0;
    try {
      const value = await evaluator.evaluate(cell);
      if (value !== undefined) {
        const { text, parts } = display(value);
        send(Deno.stdout, token, { type: 'display', text, parts, isResult: true });
      }
    } catch (error) {
      exitCode = error instanceof Interrupted ? INTERRUPTED : 1;
      reportError(error);
    }
    // What Node's streams were given is written in a later turn.
    await new Promise((resolve) => setTimeout(resolve));
    for (const { message, body } of files.changes()) send(Deno.stdout, token, message, body);
    send(Deno.stderr, token, { type: 'ended', number: cell.number, exitCode: 0 });
    send(Deno.stdout, token, { type: 'ended', number: cell.number, exitCode });
  }
}

function setVariables(variables) {
  for (const { name, value } of variables) Deno.env.set(name, value);
}

/** What nobody waits for any more: printed, it ends neither the cell that runs now nor the process. */
function printStrayErrors() {
  addEventListener('error', (event) => {
    event.preventDefault();
    reportError(event.error);
  });
  addEventListener('unhandledrejection', (event) => {
    event.preventDefault();
    reportError(event.reason);
  });
}

const encoder = new TextEncoder();

function reportError(error) {
  let text;
  try {
    text = describeError(error);
  } catch {
    text = 'Uncaught: a value that cannot be shown';
  }
  writeAll(Deno.stderr, encoder.encode(`${text}\n`));
}

function send(file, token, message, body = new Uint8Array()) {
  const head = encoder.encode(`${JSON.stringify(message)}\n`);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const piece = bytes.subarray(at, at + PIECE_BYTES);
    const isLast = at + PIECE_BYTES >= bytes.length;
    const length = piece.length.toString(16).padStart(4, '0');
    writeAll(file, encoder.encode(`${token}${at === 0 ? 1 : 0}${isLast ? 1 : 0}${length}`));
    writeAll(file, piece);
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
