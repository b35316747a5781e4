import { abortable } from '../../../async/abortable.ts';
import { Dispatcher, type SessionHandlers } from './dispatcher.ts';
import { FileReader } from './file-reader.ts';
import type { LauncherState, Ready } from './frames.ts';
import { Outbox } from './outbox.ts';
import {
  ReconnectingStream,
  type ReconnectingStreamOptions,
  type StreamEvent,
} from './reconnecting-stream.ts';
import { StdinSender } from './stdin-sender.ts';

export interface SessionOptions extends ReconnectingStreamOptions {
  /** Number of the last chunk that is stored; 0 for a new execution. */
  readonly after: number;
}

type Mode =
  | { readonly name: 'new' | 'connecting' | 'attached' | 'leaving' | 'closed' }
  | { readonly name: 'broken'; readonly reason: string };

const NEXT_MODES: { readonly [mode in Mode['name']]: readonly Mode['name'][] } = {
  new: ['connecting', 'broken', 'closed'],
  connecting: ['attached', 'leaving', 'broken', 'closed'],
  attached: ['connecting', 'leaving', 'broken', 'closed'],
  leaving: ['broken', 'closed'],
  broken: ['closed'],
  closed: [],
};

/**
 * The server's side of PROTOCOL.md with one launcher, over streams that come and go. In one mode at a time:
 *
 * - *new*: nothing is attached, nothing is sent. Left by `open`.
 * - *connecting*: a stream is wanted, and the launcher has not responded on the present one, if there is one. Entered by
 *   `open`, and from *attached* when the stream ends or is given up; left at the first response on a stream.
 * - *attached*: the launcher has responded on the open stream.
 * - *leaving*: no other stream is opened; what the open one still brings is dispatched. Entered by `bye` and `closeStream`.
 * - *broken*: the launcher was given up, for the reason it holds; nothing is received. Entered when a payload is refused
 *   again and again, another program is found, output cannot be requested or kept, or too much is received that is of no use.
 * - *closed*: disposed, from any mode. Nothing is dispatched or reported.
 *
 * Before `run` or `follow` the session only keeps the launcher from exiting. After them each chunk is dispatched once, in
 * order, however often the launcher or a log repeats it. It holds no more than some MiB, whatever is received.
 *
 * Bytes go one way, from the stream through the dispatcher to the handlers; what the session has to know of them the
 * dispatcher gives as events, and what it does about them goes out through the outbox. The stream keeps itself alive.
 */
export class Session implements Disposable {
  readonly #after: number;
  readonly #outbox = new Outbox();
  /** The way of a stdin that stays open. */
  readonly stdin = new StdinSender(this.#outbox);
  /** What the program left, once it has ended. */
  readonly files = new FileReader(this.#outbox);
  readonly #dispatcher = new Dispatcher(this.stdin, this.files);
  readonly #stream: ReconnectingStream;
  readonly #ready = Promise.withResolvers<Ready>();
  #mode: Mode = { name: 'new' };
  #state: LauncherState = 'waiting';
  /** Whether another process gave the launcher the program, so that no payload is sent. */
  #isFollowing = false;

  constructor({ after, ...options }: SessionOptions) {
    this.#after = after;
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
      this.#enter({ name: 'connecting' });
      void this.#stream.open();
    }
    return abortable(this.#ready.promise, signal);
  }

  /** What the launcher reported last. */
  get state(): LauncherState {
    return this.#state;
  }

  /** Whether a stream is open on which the launcher has responded. */
  get attached(): boolean {
    return this.#mode.name === 'attached';
  }

  /** Why the launcher was given up, a sentence; null as long as it was not. */
  get broken(): string | null {
    return this.#mode.name === 'broken' ? this.#mode.reason : null;
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

  /** Whether anything that was received means that the program has started, whole or not. */
  get mayHaveStarted(): boolean {
    return this.#dispatcher.sequence?.mayHaveStarted ?? false;
  }

  /** Whether anything of the payload may have reached the launcher from here. */
  get payloadWasSent(): boolean {
    return this.#outbox.payloadWasSent;
  }

  /**
   * Gives the launcher the program: `payload` is the JSON document of PROTOCOL.md. It is sent at once when attached, and
   * again after each attach or refusal, until the launcher reports the start or `stop` was called.
   */
  run(id: string, payload: string, handlers: SessionHandlers): void {
    this.#outbox.setPayload(id, payload);
    this.#begin(id, handlers);
    if (this.attached && this.#state === 'waiting') this.#outbox.sendPayload();
    else this.probe();
  }

  /** Receives the rest of a program that another process gave to the launcher. */
  follow(id: string, handlers: SessionHandlers): void {
    this.#isFollowing = true;
    this.#begin(id, handlers);
    this.probe();
  }

  /** Has the program stopped: SIGTERM, SIGKILL after `graceMs`. Sent again after each attach until the end is received. */
  stop(cause: string, graceMs: number): void {
    this.#outbox.stop(cause, graceMs);
  }

  /** Has the program interrupted; sent again after each attach. @param requested how often that was requested so far */
  interrupt(requested: number): void {
    this.#outbox.interrupt(requested);
  }

  /** Requests what was not received; also when nothing is known to be missing, so that a launcher that lives responds. */
  probe(): void {
    if (this.attached) this.#stream.request();
  }

  /** Reports to the launcher that all up to chunk `seq` is stored; within 50 ms, and again after each attach. */
  acknowledge(seq: number): void {
    this.#outbox.acknowledge(seq);
  }

  /** Sends no payload from now on. */
  withdrawPayload(): void {
    this.#outbox.withdrawPayload();
  }

  /** Lets the launcher exit, if it is attached; no other stream is opened. */
  bye(): void {
    this.#outbox.bye();
    this.#outbox.ended();
    this.#stream.finish();
    this.#leave();
  }

  /** Closes the stream and opens no other; what was received over it is still dispatched. */
  closeStream(): void {
    this.#stream[Symbol.dispose]();
    this.#leave();
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
    this.#enter({ name: 'closed' });
    this.#dispatcher.close();
    this.files.break('The session with the launcher was closed.');
    this.#stream[Symbol.dispose]();
    this.#outbox[Symbol.dispose]();
    this.#ready.reject(new Error('The session with the launcher was closed.'));
  }

  /** @throws Error when that mode does not follow the present one */
  #enter(mode: Mode): void {
    const next = NEXT_MODES[this.#mode.name];
    if (!next.includes(mode.name))
      throw new Error(
        `After ${this.#mode.name} expected ${next.join(' or ') || 'no mode'}, got ${mode.name}.`,
      );
    this.#mode = mode;
  }

  #leave(): void {
    if (this.#mode.name === 'connecting' || this.#mode.name === 'attached') this.#enter({ name: 'leaving' });
  }

  #break(reason: string): void {
    if (this.#mode.name === 'broken' || this.#mode.name === 'closed') return;
    this.#enter({ name: 'broken', reason });
    this.#stream[Symbol.dispose]();
    this.#ready.reject(new Error(reason));
    this.files.break(reason);
    this.#dispatcher.break(reason);
  }

  #begin(id: string, handlers: SessionHandlers): void {
    const { sequence } = this.#dispatcher;
    if (sequence !== null) throw new Error(`A launcher serves one program; it has ${sequence.id}.`);
    this.#dispatcher.begin(id, this.#after, handlers);
    if (this.broken !== null) this.#dispatcher.break(this.broken);
  }

  #onEvent(event: StreamEvent): void {
    switch (event.type) {
      case 'closed':
        if (this.attached) this.#enter({ name: 'connecting' });
        this.stdin.closed();
        break;
      case 'ready':
        this.#onReady(event);
        break;
      case 'refused':
        if (this.attached && !this.#outbox.refused(event.id))
          this.#break('The program could not be sent to the launcher whole.');
        break;
      case 'start':
        this.#state = 'running';
        this.#outbox.started();
        this.stdin.started();
        this.#stream.progress();
        break;
      case 'stdin':
      case 'files':
        break;
      case 'out':
        this.#stream.progress();
        break;
      case 'end':
        this.#state = 'ended';
        this.#outbox.ended();
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

  #onReady({ version, state, id, last, stdin, notice }: Ready): void {
    const { sequence } = this.#dispatcher;
    if (this.#mode.name === 'connecting') {
      this.#enter({ name: 'attached' });
      this.files.request();
    }
    this.#stream.responded(sequence?.hasAll(state, last) ?? true);
    this.#ready.resolve({ version, state, id, last, stdin, notice });
    if (stdin !== null && id === sequence?.id) this.stdin.responded(stdin);
    if (sequence?.started) return;
    this.#state = state;
    if (sequence === null) return;
    if (id !== null && id !== sequence.id) this.#break('The pod serves another program.');
    else if (state === 'waiting' && !this.#isFollowing) this.#outbox.sendPayload();
    else if (state === 'waiting') this.#break('The pod has not been given the program.');
  }
}
