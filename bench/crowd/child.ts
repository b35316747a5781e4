import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process of the benchmark: is sent one task, answers with messages in order. */
export class Child<Task extends object> implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #waiting: unknown[] = [];
  #received = Promise.withResolvers<void>();

  /** @param file the module that it runs, beside this one */
  constructor(file: string, task: Task) {
    this.#child = fork(fileURLToPath(new URL(file, import.meta.url)), { execArgv: [] });
    this.#child.on('message', (message) => this.#receive(message));
    this.#child.once('close', (code) => this.#receive({ failed: `the process ended with ${code}` }));
    this.send(task);
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('expected a process that was started, got none');
    return pid;
  }

  send(message: object): void {
    this.#child.send(message);
  }

  /** The next message that it sends. @throws Error when it failed or ended instead */
  async next<T extends object>(): Promise<T> {
    while (this.#waiting.length === 0) {
      await this.#received.promise;
      this.#received = Promise.withResolvers<void>();
    }
    const message = this.#waiting.shift() as T | { failed: string };
    if ('failed' in message)
      throw new Error(`expected a message of a process of the benchmark, got: ${message.failed}`);
    return message;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await closed;
  }

  #receive(message: unknown): void {
    this.#waiting.push(message);
    this.#received.resolve();
  }
}

/** In the child: what the parent sends, one message after the other. */
export async function* received(): AsyncGenerator<unknown> {
  const waiting: unknown[] = [];
  let more = Promise.withResolvers<void>();
  process.on('message', (message) => {
    waiting.push(message);
    more.resolve();
  });
  for (;;) {
    while (waiting.length > 0) yield waiting.shift();
    await more.promise;
    more = Promise.withResolvers<void>();
  }
}

/** In the child: runs it and ends the process; a failure is sent to the parent. */
export function runChild(main: () => Promise<void>): void {
  main().then(
    () => process.exit(0),
    (error: unknown) => process.send?.({ failed: String(error) }, () => process.exit(1)),
  );
}

/** In the child. */
export function send(message: object): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}
