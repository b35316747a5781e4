import { abortable } from '../../../async/abortable.ts';
import { Dispatcher } from './dispatcher.ts';
import { FileReader } from './file-reader.ts';
import type { Ready } from './frames.ts';
import { HeldSandbox, readyOf } from './held.ts';
import { SessionMode } from './mode.ts';
import { Outbox } from './outbox.ts';
import {
  ReconnectingStream,
  type ReconnectingStreamOptions,
  type StreamEvent,
} from './reconnecting-stream.ts';
import { RemoteProgram } from './remote-program.ts';

export interface SessionOptions extends ReconnectingStreamOptions {
  /** Number of the last chunk that is stored; 0 for a new execution. */
  readonly after: number;
}

/**
 * The server's side of PROTOCOL.md with one launcher, over streams that come and go, in one mode at a time (`SessionMode`).
 *
 * With `hold` the launcher keeps a sandbox for a caller (`docs/sessions.md`), and serves any number of runs, one after the
 * other; without it, one program.
 *
 * Before its `program` is begun the session only keeps the launcher from exiting. After that each chunk is dispatched once,
 * in order, however often the launcher or a log repeats it. It holds no more than some MiB, whatever is received.
 *
 * Bytes go one way, from the stream through the dispatcher to the handlers; what the session has to know of them the
 * dispatcher gives as events, and what it does about them goes out through the outbox. The stream keeps itself alive.
 */
export class Session implements Disposable {
  readonly #outbox = new Outbox();
  readonly program: RemoteProgram;
  /** What the program left, once it has ended. */
  readonly files = new FileReader(this.#outbox);
  readonly #dispatcher = new Dispatcher(this.files);
  readonly #stream: ReconnectingStream;
  readonly #ready = Promise.withResolvers<Ready>();
  readonly #mode = new SessionMode();
  #held: HeldSandbox | null = null;
  /** Who waits for the next response. */
  readonly #asking = new Set<(ready: Ready) => void>();
  readonly #fenced = new AbortController();

  constructor({ after, ...options }: SessionOptions) {
    this.program = new RemoteProgram({
      after,
      dispatcher: this.#dispatcher,
      outbox: this.#outbox,
      isAttached: () => this.attached,
      probe: () => this.probe(),
    });
    this.#stream = new ReconnectingStream(options, {
      dispatcher: this.#dispatcher,
      outbox: this.#outbox,
      onEvent: (event) => this.#onEvent(event),
    });
    // There need not be anyone who waits for it.
    this.#ready.promise.catch(() => undefined);
  }

  /**
   * Attaches, if it has not begun to, and probes the launcher; resolves at its first response. From then on the session
   * keeps itself attached (50 ms to 5 s between attempts).
   *
   * Rejects with the signal's reason when that aborts (the session is then still to be disposed), and when the session is
   * broken or closed.
   */
  open(signal: AbortSignal): Promise<Ready> {
    if (this.#mode.name === 'new') {
      this.#mode.enter({ name: 'connecting' });
      void this.#stream.open();
    }
    return abortable(this.#ready.promise, signal);
  }

  /** Whether a stream is open on which the launcher has responded. */
  get attached(): boolean {
    return this.#mode.name === 'attached';
  }

  /** Why the launcher was given up, a sentence; null as long as it was not. */
  get broken(): string | null {
    return this.#mode.broken;
  }

  /** When anything was received over a stream last, by the monotonic clock. */
  get lastReceivedAt(): number {
    return this.#stream.lastReceivedAt;
  }

  /** Whether nothing is dispatched, as the receiver of chunks has not taken those it was given. */
  get paused(): boolean {
    return this.#dispatcher.waiting !== null;
  }

  /** Whether something was not received though it was requested; the pod's log may have it. */
  get hasGap(): boolean {
    return this.#stream.hasGap;
  }

  /** Aborts once the launcher has heard of a process that adopted its sandbox after this one; then nothing more is sent. */
  get fenced(): AbortSignal {
    return this.#fenced.signal;
  }

  /** The launcher keeps the sandbox of that id, or will: this process holds it with that epoch. To be called once. */
  hold(id: string, epoch: number): void {
    this.#held = new HeldSandbox(id, epoch);
    this.#outbox.hold(epoch);
  }

  /**
   * Has the launcher keep the sandbox; `json` is the document of a `session` line. Resolves to why it cannot, null when it
   * does. Rejects when the session is broken or closed.
   */
  give(json: string): Promise<string | null> {
    const held = this.#held;
    if (held === null) throw new Error('Expected a session that is held.');
    this.#outbox.setPayload(held.id, json, 'session');
    if (this.attached) this.#outbox.sendPayload();
    return held.given;
  }

  /** Requests what was not received; also when nothing is known to be missing, so that a launcher that lives responds. */
  probe(): void {
    if (this.attached) this.#stream.request();
  }

  /** Probes the launcher, and resolves to its next response; null once the signal aborts. */
  async ask(signal: AbortSignal): Promise<Ready | null> {
    const { promise, resolve } = Promise.withResolvers<Ready>();
    this.#asking.add(resolve);
    this.probe();
    try {
      return await abortable(promise, signal);
    } catch {
      return null;
    } finally {
      this.#asking.delete(resolve);
    }
  }

  /** Lets the launcher exit, if it is attached; no other stream is opened. */
  bye(): void {
    this.#outbox.bye();
    this.#outbox.ended();
    this.#stream.finish();
    this.#mode.leave();
  }

  /** Closes the stream and opens no other; what was received over it is still dispatched. */
  closeStream(): void {
    this.#stream[Symbol.dispose]();
    this.#mode.leave();
  }

  /**
   * Takes one line of the pod's log; it is checked as what is received over the stream. A promise: to be awaited before the
   * next line, the receiver of chunks wants a pause.
   */
  receiveLogLine(line: string): Promise<void> | void {
    const { waiting } = this.#dispatcher;
    if (waiting !== null) return waiting.then(() => this.receiveLogLine(line));
    this.#stream.dispatch(this.#dispatcher.processLogLine(line));
    return this.#dispatcher.waiting ?? undefined;
  }

  /** Resolves when no stream is open and all that was received over the last one was dispatched. */
  drained(): Promise<void> {
    return this.#stream.drained();
  }

  /** Closes the stream. Nothing is dispatched from now on. Harmless to repeat. */
  [Symbol.dispose](): void {
    if (this.#mode.name === 'closed') return;
    this.#mode.enter({ name: 'closed' });
    this.#dispatcher.close();
    this.files.break('The session with the launcher was closed.');
    this.#stream[Symbol.dispose]();
    this.#outbox[Symbol.dispose]();
    this.#ready.reject(new Error('The session with the launcher was closed.'));
    this.#held?.fail('The session with the launcher was closed.');
  }

  /** Another process holds the sandbox: nothing more is sent to it. */
  #fence(): void {
    this.#fenced.abort();
    this.#outbox.useStream(null);
    this.closeStream();
  }

  #break(reason: string): void {
    if (this.#mode.name === 'broken' || this.#mode.name === 'closed') return;
    this.#mode.enter({ name: 'broken', reason });
    this.#stream[Symbol.dispose]();
    this.#ready.reject(new Error(reason));
    this.files.break(reason);
    this.#held?.fail(reason);
    this.#dispatcher.break(reason);
  }

  #onEvent(event: StreamEvent): void {
    switch (event.type) {
      case 'closed':
        if (this.attached) this.#mode.enter({ name: 'connecting' });
        this.program.stdin.closed();
        break;
      case 'ready':
        this.#onReady(readyOf(event));
        break;
      case 'held':
        if (this.#held !== null && event.held.epoch > this.#held.epoch) this.#fence();
        break;
      case 'refused':
        if (this.attached && !this.#outbox.refused(event.id))
          this.#break('The program could not be sent to the launcher whole.');
        break;
      case 'session':
        if (this.#held?.id !== event.id) break;
        this.#outbox.withdrawPayload();
        this.#held.keeps(event.problem);
        break;
      case 'start':
        this.program.started();
        this.#stream.progress();
        break;
      case 'stdin':
      case 'files':
        break;
      case 'out':
        this.#stream.progress();
        break;
      case 'end':
        this.program.ended();
        this.#stream.progress();
        break;
      case 'damaged':
        // A stream begins within a line, and what was printed before its first response is requested anyway.
        if (this.attached && this.#dispatcher.sequence?.ended === false) this.#stream.missed();
        break;
      case 'incomplete':
        this.#break('What the launcher sent is not complete and could not be had again.');
        break;
      case 'useless':
        this.#break('The launcher sent too much that is of no use.');
        break;
      case 'failed':
        this.#break('The output could not be kept.');
    }
  }

  #onReady(ready: Ready): void {
    if (this.#mode.name === 'connecting') {
      this.#mode.enter({ name: 'attached' });
      this.files.request();
    }
    if (this.#held !== null) this.#heed(ready, this.#held);
    this.#stream.responded(this.program.hasAll(ready));
    this.#ready.resolve(ready);
    for (const resolve of this.#asking) resolve(ready);
    const problem = this.program.responded(ready);
    if (problem !== null) this.#break(problem);
  }

  #heed(ready: Ready, held: HeldSandbox): void {
    const finding = held.judge(ready, this.#dispatcher.sequence?.run);
    if (finding === 'give') this.#outbox.sendPayload();
    else if (finding === 'fence') this.#fence();
    else if (finding === 'other') this.#break('The pod keeps the sandbox of another session.');
  }
}
