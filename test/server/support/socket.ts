import WebSocket, { type ClientOptions } from 'ws';
import { until } from './until.ts';

export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A graphql-transport-ws client that says exactly what the test says. */
export class RawClient {
  readonly socket: WebSocket;
  readonly messages: Message[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly opened: Promise<void>;

  constructor(url: string, options: ClientOptions = {}, protocol = 'graphql-transport-ws') {
    this.socket = new WebSocket(url, protocol, options);
    this.socket.on('message', (data) => this.messages.push(JSON.parse(String(data))));
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
    this.opened = new Promise((resolve, reject) => {
      this.socket.once('open', () => resolve());
      this.socket.on('error', reject);
    });
    this.opened.catch(() => {});
  }

  say(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Opens and says hello. */
  async init(payload?: Record<string, unknown>): Promise<this> {
    await this.opened;
    this.say({ type: 'connection_init', payload });
    await this.message((message) => message.type === 'connection_ack');
    return this;
  }

  subscribe(id: string, query: string, variables: Record<string, unknown> = {}): void {
    this.say({ type: 'subscribe', id, payload: { query, variables } });
  }

  /** The first message that is so, from the beginning. */
  async message(matches: (message: Message) => boolean): Promise<Message> {
    await until(
      () => this.messages,
      (messages) => messages.some(matches),
    );
    const found = this.messages.find(matches);
    if (!found) throw new Error('Expected the message that was there, got none.');
    return found;
  }

  /** All messages of one operation, once it has completed or failed. */
  async operation(id: string): Promise<Message[]> {
    await this.message((message) => message.id === id && message.type !== 'next');
    return this.messages.filter((message) => message.id === id);
  }

  async close(): Promise<void> {
    this.socket.terminate();
    await this.closed;
  }
}
