import { display, offerDisplay } from './display.js';
import { describeError, Interrupted } from './evaluate.js';
import { encoder, sendMessage } from './messages.js';

/** What a shell shows for a process that SIGINT ended. */
const INTERRUPTED = 130;

/**
 * Runs cells of JavaScript: pieces of a program, one after the other in this process, whose variables stay. Shared by every
 * host that keeps such an interpreter, in Deno or Node. Resolves when no cell comes any more; rejects when a cell has taken away
 * what this needs.
 *
 * `host` is its part that knows the runtime:
 * - `token` of the messages to the server (../messages.ts), `evaluator`;
 * - `nextCell()` resolves to `{number, code, fileName, args, env, isInterrupted}`, null when the server has gone;
 * - `begin(cell)` has files, arguments and variables be the cell's;
 * - `onInterrupt(callback)`: an interrupt of the cell under way calls it, in a turn of the event loop of its own;
 * - `finish(cell)` resolves when no interrupt of the cell can come any more;
 * - `write(descriptor, bytes)` writes all of the bytes at once;
 * - `readSync(view)` reads from the cell's stdin, null at its end, and throws `Interrupted`;
 * - `explain(error)` may change an error before it is printed;
 * - `onStrayError(callback)`: called with each error that nobody waits for;
 * - `changes()`: messages about files, as `{message, body}`.
 */
export async function runCells(host) {
  const { evaluator, token } = host;
  const send = (descriptor, message, body) => {
    sendMessage((bytes) => host.write(descriptor, bytes), token, message, body);
  };
  const report = (error) => host.write(2, encoder.encode(`${described(error, host.explain)}\n`));
  offerDisplay((text, parts) => send(1, { type: 'display', text, parts, isResult: false }));
  offerPrompt(host);
  host.onStrayError(report);
  for (let cell = await host.nextCell(); cell !== null; cell = await host.nextCell()) {
    host.begin(cell);
    const interrupted = Promise.withResolvers();
    interrupted.promise.catch(() => {});
    host.onInterrupt(() => interrupted.reject(new Interrupted()));
    send(1, { type: 'begun', number: cell.number });
    let exitCode = 0;
    try {
      // What an interrupt has cut off goes on nowhere: here it does.
      await Promise.race([evaluateAndDisplay(evaluator, cell, send), interrupted.promise]);
    } catch (error) {
      exitCode = error instanceof Interrupted ? INTERRUPTED : 1;
      report(error);
    }
    await host.finish(cell);
    // What Node's streams were given is written in a later turn.
    await new Promise((resolve) => setTimeout(resolve));
    for (const { message, body } of host.changes()) send(1, message, body);
    send(2, { type: 'ended', number: cell.number, exitCode: 0 });
    send(1, { type: 'ended', number: cell.number, exitCode });
  }
}

async function evaluateAndDisplay(evaluator, cell, send) {
  if (cell.isInterrupted) throw new Interrupted();
  const value = await evaluator.evaluate(cell);
  if (value === undefined) return;
  const { text, parts } = display(value);
  if (text !== '' || parts.length > 0) send(1, { type: 'display', text, parts, isResult: true });
}

/** As browsers and Deno have it: a line of stdin without its end, null when there is none. */
function offerPrompt({ readSync, write }) {
  const decoder = new TextDecoder();
  globalThis.prompt = (message = 'Prompt', preset) => {
    write(1, encoder.encode(`${message} `));
    const bytes = [];
    const one = new Uint8Array(1);
    while (readSync(one) !== null && one[0] !== LINE_FEED) bytes.push(one[0]);
    if (bytes.length === 0 && one[0] !== LINE_FEED) return null;
    return decoder.decode(Uint8Array.from(bytes)).replace(/\r$/, '') || (preset ?? '');
  };
}

/** What is printed of an error. */
function described(error, explain) {
  try {
    return describeError(error, explain);
  } catch {
    return 'Uncaught: a value that cannot be shown';
  }
}

const LINE_FEED = 10;
