import { sendMessage } from '#cells/messages.js';
import { changedFiles } from './changed-files.js';
import { FramedStdin } from './input.js';
import { WORK_DIRECTORY } from './interpreter.js';
import { call, flushInTime, giveUp, runProgram, setStage, uninterrupted, writeFile } from './program.js';

const LINE_FEED = 10;
/** Bytes of a file that one message carries. */
const FILE_BYTES = 256 * 1024;

/**
 * Runs cells: pieces of a program, one after the other in this interpreter (../../local/cells/python/cells.py), as the host sends
 * them (input.js). After each it sends what the cell changed in the working directory, and then, behind all that was printed
 * on either stream, that it has ended. Instead of a cell there may be a program, which ends the process. Never returns.
 */
export function runCells(python, { token, env, isProgram }) {
  const changes = changedFiles(python.FS, WORK_DIRECTORY);
  const stdin = new FramedStdin((bytes) => applyChange(python, changes, bytes));
  python.stdin = stdin;
  flushInTime(python);
  try {
    if (!isProgram) open(python, token, env);
    for (let text = stdin.nextCell(); text !== null; text = stdin.nextCell()) {
      const { number, code, fileName, args, env: variables, interrupts, isInterrupted } = JSON.parse(text);
      changes.reset();
      if (isProgram) {
        python.beforeExit = () => sendChanges(changes, token);
        runProgram(python, { fileName, args, env: [...env, ...variables], files: [], isWritten: true });
      }
      python.interrupts.drop(interrupts);
      const cell = {
        code,
        fileName,
        args,
        isInterrupted,
        env: Object.fromEntries(variables.map(({ name, value }) => [name, value])),
      };
      const exitCode = call(python, python.state.runCell, JSON.stringify(cell));
      sendChanges(changes, token);
      send(Deno.stderr, token, { type: 'ended', number, exitCode: 0 });
      send(Deno.stdout, token, { type: 'ended', number, exitCode: Number(exitCode) });
    }
  } catch (error) {
    giveUp(python, error);
  }
  Deno.exit(0);
}

/** Before there are any files: a module that is imported for cells is not to be one of the program's. */
function open(python, token, env) {
  uninterrupted(python, () => call(python, python.state.openCells, token));
  setStage(python, `${WORK_DIRECTORY}/main.py`, { fileName: 'main.py', args: [], env });
}

/** Has the host know what was changed below the working directory. */
export function sendChanges(changes, token) {
  for (const { path, content, isDirectory } of changes.take()) {
    if (content === undefined) {
      send(Deno.stdout, token, { type: isDirectory ? 'directory' : 'removed', path });
      continue;
    }
    for (let at = 0; at === 0 || at < content.length; at += FILE_BYTES) {
      send(Deno.stdout, token, { type: 'file', path, at }, content.subarray(at, at + FILE_BYTES));
    }
  }
}

/** Applies a change that was made in another process of the session: a line of JSON, and a file's bytes. */
function applyChange(python, changes, bytes) {
  const end = bytes.indexOf(LINE_FEED);
  const { type, path, at } = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
  try {
    if (type === 'removed') changes.remove(path);
    else if (type === 'directory') python.FS.mkdirTree(`${WORK_DIRECTORY}/${path}`);
    else writePart(python.FS, path, at, bytes.subarray(end + 1));
  } catch {
    // The program has something else of that name, or no memory for it: then it stays as it is.
  }
}

function writePart(FS, path, at, content) {
  if (at === 0) {
    writeFile(FS, path, content);
    return;
  }
  const stream = FS.open(`${WORK_DIRECTORY}/${path}`, 'r+');
  FS.write(stream, content, 0, content.length, at);
  FS.close(stream);
}

function send(file, token, message, body) {
  sendMessage((bytes) => writeAll(file, bytes), token, message, body);
}

function writeAll(file, bytes) {
  for (let written = 0; written < bytes.length; ) written += file.writeSync(bytes.subarray(written));
}
