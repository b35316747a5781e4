import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

const SCRIPT = join(import.meta.dirname, '../../../src/cli/podline.js');

interface SpawnOptions {
  readonly url?: string;
  /** Text for its stdin, which is then a pipe; else it has none. */
  readonly stdin?: string | Uint8Array;
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string };
  /** Leaves stdout unread until someone reads it. */
  readonly leaveStdout?: boolean;
}

/** The real command in a process of its own. */
export interface PodlineProcess extends AsyncDisposable {
  readonly child: ChildProcess & { stdout: Readable; stderr: Readable };
  /** What it printed so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves once stdout holds `text`; rejects, with all it printed, when it ends before. */
  printed(text: string): Promise<void>;
  /** Resolves to how it ended. */
  ended(): Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }>;
}

export function startPodline(argv: readonly string[], options: SpawnOptions = {}): PodlineProcess {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [SCRIPT, ...argv], {
    cwd: options.cwd,
    env: { PATH, HOME, ...(options.url && { PODLINE_URL: options.url }), ...options.env },
    stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  }) as PodlineProcess['child'];
  const chunks: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] };
  if (!options.leaveStdout) child.stdout.on('data', (bytes) => chunks.stdout.push(bytes));
  child.stderr.on('data', (bytes) => chunks.stderr.push(bytes));
  // A command that refuses its stdin closes the pipe.
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.stdin);
  const closed = once(child, 'close');

  return {
    child,
    get stdout() {
      return Buffer.concat(chunks.stdout).toString();
    },
    get stderr() {
      return Buffer.concat(chunks.stderr).toString();
    },
    async printed(text) {
      while (!this.stdout.includes(text)) {
        const ended = await Promise.race([
          once(child.stdout, 'data').then(() => false),
          closed.then(() => true),
        ]);
        if (ended && !this.stdout.includes(text)) {
          throw new Error(`Expected ${text} on stdout, got ${this.stdout}; stderr: ${this.stderr}`);
        }
      }
    },
    async ended() {
      await closed;
      return { code: child.exitCode, signal: child.signalCode, stdout: this.stdout, stderr: this.stderr };
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      child.stdout.destroy();
      await closed;
    },
  };
}

/** Runs the command to its end. */
export async function podline(argv: readonly string[], options?: SpawnOptions) {
  await using command = startPodline(argv, options);
  return await command.ended();
}
