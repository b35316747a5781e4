import { createInterface, type Interface } from 'node:readline';
import type { Endpoint } from '../connection/endpoint.ts';
import { readSession, type SessionState } from '../connection/operations.ts';
import type { Shell } from '../shell.ts';
import { freshLine } from '../terminal/format.ts';
import { openDescriptor } from '../terminal/stdin.ts';
import { Cell, type CellOptions, hasSucceeded, sessionEnded } from './cell.ts';
import { isComplete } from './complete.ts';

/** Lines of history. */
const HISTORY = 1000;

export interface ReplOptions {
  readonly endpoint: Endpoint;
  readonly session: Pick<SessionState, 'id' | 'language'>;
  readonly context: string | null;
  /** Aborted when it is to leave. */
  readonly signal: AbortSignal;
}

/**
 * Reads cells from stdin, runs each in the session and prints what it prints, until stdin ends. At a terminal with prompts,
 * history and editing by readline: Ctrl-C interrupts the cell that runs, or drops what is typed; what is typed while a cell runs is
 * for its `input()`. Resolves to the exit code: that the last cell succeeded, or not.
 * @throws CommandError when the session has ended
 */
export async function repl(options: ReplOptions, shell: Shell): Promise<number> {
  const { session, endpoint, signal } = options;
  const isTerminal = shell.stdout.isTerminal && shell.stdin === 0 && process.stdin.isTTY;
  const reader = openReader(shell, isTerminal);
  const cells: CellOptions = { sessionId: session.id, context: options.context, stdinOpen: isTerminal };
  let running: Cell | null = null;
  let lines: string[] = [];
  const lineQueue: string[] = [];
  let wake: (() => void) | null = null;
  let isClosed = false;
  const prompt = () => {
    if (!isTerminal) return;
    reader.setPrompt(lines.length > 0 ? '... ' : (PROMPTS[session.language] ?? '> '));
    reader.prompt();
  };
  reader.on('line', (line) => {
    if (running !== null && isTerminal) return running.write(line);
    lineQueue.push(line);
    // A script is read no faster than it runs.
    if (!isTerminal) reader.pause();
    wake?.();
  });
  reader.on('SIGINT', () => {
    if (running !== null) return running.interrupt();
    lines = [];
    process.stdout.write('\n');
    reader.write(null, { ctrl: true, name: 'u' });
    prompt();
  });
  reader.on('close', () => {
    isClosed = true;
    running?.endInput();
    wake?.();
  });

  const leave = () => {
    lineQueue.length = 0;
    running?.interrupt();
    reader.close();
  };
  signal.addEventListener('abort', leave, { once: true });

  const nextLine = async (): Promise<string | null> => {
    while (lineQueue.length === 0 && !isClosed) {
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      if (!isTerminal) reader.resume();
      await promise;
    }
    return lineQueue.shift() ?? null;
  };

  const runCell = async (code: string): Promise<number> => {
    running = new Cell(endpoint, cells);
    try {
      const end = await running.run(code, shell);
      const why = end.endReason === 'EXITED' ? null : end.message;
      if (why !== null) await tell(shell, why);
      const { status, message, contexts } = await readSession(endpoint, session.id);
      if (status === 'ENDED') throw sessionEnded(message);
      const own = contexts.find(({ name }) => name === cells.context);
      if (own?.stateLost) await tell(shell, 'Its variables are lost; the next cell begins anew.');
      await shell.stdout.write(isTerminal ? freshLine(shell) : '');
      return hasSucceeded(end) ? 0 : 1;
    } finally {
      running = null;
    }
  };

  try {
    let exitCode = 0;
    for (prompt(); ; prompt()) {
      const line = await nextLine();
      if (line !== null) lines.push(line);
      const code = lines.join('\n');
      if (line !== null && !isComplete(code, session.language)) continue;
      lines = [];
      if (code.trim() !== '') exitCode = await runCell(code);
      if (line === null) return exitCode;
    }
  } finally {
    signal.removeEventListener('abort', leave);
    reader.close();
    if (isTerminal) process.stdout.write('\n');
  }
}

const PROMPTS: { readonly [language: string]: string } = { python: '>>> ' };

function openReader(shell: Shell, isTerminal: boolean): Interface {
  return createInterface({
    input: openDescriptor(shell.stdin),
    ...(isTerminal ? { output: process.stdout } : {}),
    terminal: isTerminal,
    historySize: HISTORY,
    crlfDelay: Number.POSITIVE_INFINITY,
  });
}

function tell(shell: Shell, message: string): Promise<void> {
  return shell.stderr.write(`${freshLine(shell)}podline: ${message}\n`);
}
