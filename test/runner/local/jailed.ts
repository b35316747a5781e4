import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';

const BWRAP = '/usr/bin/bwrap';
export const canJail = process.platform === 'linux' && existsSync(BWRAP);

/** A program of Node's in namespaces of its own, with an empty /tmp in memory. */
export interface Jailed extends AsyncDisposable {
  /** The first process of its process-id namespace. */
  readonly pid: number;
  /** Resolves when it has printed a line. */
  printed(): Promise<void>;
  /** Writes it a line. */
  tell(): void;
}

/** Resolves when the program has printed its first line. */
export async function startJailed(code: string): Promise<Jailed> {
  const places = ['--ro-bind', '/', '/', '--tmpfs', '/tmp', '--proc', '/proc', '--dev-bind', '/dev', '/dev'];
  const child = spawn(
    BWRAP,
    [
      ...['--unshare-all', '--die-with-parent', '--info-fd', '3', ...places, '--'],
      ...[process.execPath, '-e', code],
    ],
    { stdio: ['pipe', 'pipe', 'inherit', 'pipe'] },
  );
  const [stdin, stdout, , info] = child.stdio as unknown as [Writable, Readable, null, Readable];
  stdin.on('error', () => undefined);
  const [text] = (await once(info.setEncoding('utf8'), 'data')) as [string];
  const pid = Number(/"child-pid":\s*(\d+)/.exec(text)?.[1]);
  const lines = stdout.setEncoding('utf8');
  await once(lines, 'data');
  return {
    pid,
    printed: async () => void (await once(lines, 'data')),
    tell: () => void stdin.write('\n'),
    [Symbol.asyncDispose]: () => end(child, pid),
  };
}

async function end(child: ChildProcess, pid: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'close');
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is ending by itself.
  }
  await ended;
}
