import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { OwnProcess } from './process.ts';

/** What a process is started with so that `Inspector` can reach it. */
export const INSPECTABLE = ['--inspect=127.0.0.1:0'];

export interface Memory {
  /** Of the whole process, bytes. */
  readonly resident: number;
  /** Live objects, bytes. */
  readonly heap: number;
}

/** Node's inspector of one of our processes: to measure its memory without what is only waiting to be collected. */
export class Inspector implements AsyncDisposable {
  readonly #socket: WebSocket;
  readonly #process: OwnProcess;
  #last = 0;

  private constructor(socket: WebSocket, process: OwnProcess) {
    this.#socket = socket;
    this.#process = process;
  }

  static async open(process: OwnProcess): Promise<Inspector> {
    const [, url = ''] = await process.said(/Debugger listening on (\S+)/);
    const socket = new WebSocket(url, { perMessageDeflate: false });
    await once(socket, 'open');
    return new Inspector(socket, process);
  }

  async memoryInUse(): Promise<Memory> {
    for (let time = 0; time < 3; time++) await this.#ask('HeapProfiler.collectGarbage');
    const { usedSize } = (await this.#ask('Runtime.getHeapUsage')) as { usedSize: number };
    return { resident: this.#process.residentBytes(), heap: usedSize };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.#socket, 'close');
    this.#socket.terminate();
    await closed;
  }

  async #ask(method: string): Promise<unknown> {
    const id = ++this.#last;
    this.#socket.send(JSON.stringify({ id, method }));
    for (;;) {
      const [text] = await once(this.#socket, 'message');
      const answer = JSON.parse(String(text)) as { id?: number; result?: unknown; error?: unknown };
      if (answer.id !== id) continue;
      if (answer.error !== undefined)
        throw new Error(`expected a result, got ${JSON.stringify(answer.error)}`);
      return answer.result;
    }
  }
}
