import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { SETTINGS, type Settings } from './settings.ts';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
const LISTENS = /Podline listens on (\S+)/;

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A server in a process of its own, started as `npm start` does. Released by SIGKILL. */
export class ServerProcess implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #printed: { stdout: string; stderr: string } = { stdout: '', stderr: '' };
  /** Resolves when the process is gone and all it printed was read. */
  readonly ended: Promise<ProcessEnd>;

  /** @param wrapper a command that runs the rest of its arguments, in its own process or below it */
  constructor(settings: Settings, wrapper: readonly string[] = []) {
    const [file = process.execPath, ...args] = [...wrapper, process.execPath, MAIN];
    this.#child = spawn(file, args, {
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...SETTINGS, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const name of ['stdout', 'stderr'] as const) {
      this.#child[name].setEncoding('utf8').on('data', (text: string) => {
        this.#printed[name] += text;
      });
    }
    this.ended = once(this.#child, 'close').then(([code, signal]) => ({ code, signal }));
  }

  /** Where it listens. Rejects, with all it printed, when it ends before it does. */
  async listening(): Promise<string> {
    const [, url] = await this.printed('stderr', LISTENS);
    return url ?? '';
  }

  /** Resolves once it has printed what matches; rejects, with all it printed, when it ends before. */
  async printed(where: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#printed[where]);
      if (match) return match;
      const more = once(this.#child[where], 'data').then(() => true);
      if (
        !(await Promise.race([more, this.ended.then(() => false)])) &&
        !pattern.test(this.#printed[where])
      ) {
        throw new Error(
          `Expected ${pattern} on ${where} before the end, got ${JSON.stringify(this.#printed)}.`,
        );
      }
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get stdout(): string {
    return this.#printed.stdout;
  }

  get stderr(): string {
    return this.#printed.stderr;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}

/** Starts a server and waits until it listens. */
export async function startServer(settings: Settings): Promise<ServerProcess & { readonly url: string }> {
  const server = new ServerProcess(settings);
  return Object.assign(server, { url: await server.listening() });
}
