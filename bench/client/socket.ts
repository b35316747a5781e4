import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { GraphQLRequest } from './http.ts';

export interface Watcher<T> {
  next(data: T): void;
  complete(): void;
  failed(error: Error): void;
}

interface Message {
  readonly id?: string;
  readonly type: string;
  readonly payload?: { readonly data?: unknown; readonly errors?: unknown };
}

/** One WebSocket that speaks graphql-transport-ws, with as little work as it takes. */
export class GraphQLSocket implements AsyncDisposable {
  readonly #socket: WebSocket;
  readonly #watchers = new Map<string, Watcher<unknown>>();
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (text) => this.#receive(JSON.parse(String(text)) as Message));
    socket.on('close', (code, reason) => this.#lost(`the socket closed: ${code} ${String(reason)}`));
    socket.on('error', (error) => this.#lost(error.message));
  }

  /** @param url the service's, with http */
  static async open(url: string): Promise<GraphQLSocket> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      perMessageDeflate: false,
      skipUTF8Validation: true,
    });
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    const [text] = await once(socket, 'message');
    const { type } = JSON.parse(String(text)) as Message;
    if (type !== 'connection_ack') throw new Error(`expected connection_ack, got ${type}`);
    return new GraphQLSocket(socket);
  }

  /** Subscribes; the returned function ends it. */
  subscribe<T>(operation: GraphQLRequest, watcher: Watcher<T>): () => void {
    const id = String(++this.#last);
    this.#watchers.set(id, watcher as Watcher<unknown>);
    this.#socket.send(JSON.stringify({ id, type: 'subscribe', payload: operation }));
    return () => {
      if (this.#watchers.delete(id)) this.#socket.send(JSON.stringify({ id, type: 'complete' }));
    };
  }

  /** A query or mutation. */
  ask<T>(operation: GraphQLRequest): Promise<T> {
    return new Promise((resolve, reject) => {
      this.subscribe<T>(operation, { next: resolve, complete: () => {}, failed: reject });
    });
  }

  /** Cuts the connection without a goodbye. */
  cut(): void {
    this.#watchers.clear();
    this.#socket.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    this.#watchers.clear();
    const closed = once(this.#socket, 'close');
    this.#socket.close(1000);
    await closed;
  }

  #receive({ id = '', type, payload }: Message): void {
    const watcher = this.#watchers.get(id);
    if (!watcher) return;
    if (type === 'next' && payload?.errors === undefined) {
      watcher.next(payload?.data);
      return;
    }
    this.#watchers.delete(id);
    if (type === 'complete') watcher.complete();
    else watcher.failed(new Error(`expected next or complete, got ${type} ${JSON.stringify(payload)}`));
  }

  #lost(why: string): void {
    const watchers = [...this.#watchers.values()];
    this.#watchers.clear();
    for (const watcher of watchers) watcher.failed(new Error(`expected an answer, but ${why}`));
  }
}
