import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What a crowd is told: how many viewers of which execution to be. */
export interface Task {
  readonly url: string;
  readonly id: string;
  readonly count: number;
}

/** What a crowd saw, milliseconds since 1970. Every viewer's order was checked. */
export interface Sight {
  /** For each line printed: when the program printed it, and when the last viewer had it. */
  readonly lines: readonly { readonly printedAt: number; readonly lastAt: number }[];
  /** When the last viewer had the end. */
  readonly endedAt: number;
  readonly events: number;
}

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** Viewers in a process of their own, so that their work does not stand in each other's way more than it must. */
export class Crowd implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #messages: AsyncIterator<unknown>;

  constructor(task: Task) {
    this.#child = fork(MAIN, { execArgv: [], serialization: 'advanced' });
    this.#messages = messagesOf(this.#child);
    this.#child.send(task);
  }

  /** Resolves once every viewer has subscribed. */
  async isWatching(): Promise<void> {
    const { value } = await this.#messages.next();
    if (value !== 'watching') throw new Error(`expected a crowd that watches, got ${JSON.stringify(value)}`);
  }

  /** Resolves once every viewer has seen the end. @throws Error when one did not, or saw something else */
  async saw(): Promise<Sight> {
    const { value } = await this.#messages.next();
    if (typeof value === 'object' && value !== null && 'lines' in value) return value as Sight;
    throw new Error(`expected what the crowd saw, got ${JSON.stringify(value)}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await closed;
  }
}

async function* messagesOf(child: ChildProcess): AsyncGenerator<unknown> {
  const waiting: unknown[] = [];
  let wake = Promise.withResolvers<void>();
  const tell = (message: unknown): void => {
    waiting.push(message);
    wake.resolve();
  };
  child.on('message', tell);
  child.once('close', (code) => tell(`the process ended with ${code}`));
  for (;;) {
    while (waiting.length > 0) yield waiting.shift();
    await wake.promise;
    wake = Promise.withResolvers<void>();
  }
}
