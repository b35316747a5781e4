import { abortable } from '../../../async/abortable.ts';
import { Dispatcher, type SessionHandlers } from './dispatcher.ts';
import { FileReader } from './file-reader.ts';
import type { LauncherState, Ready } from './frames.ts';
import { HeldSandbox, ofRun, readyOf } from './held.ts';
import { Outbox } from './outbox.ts';
import {
  ReconnectingStream,
  type ReconnectingStreamOptions,
  type StreamEvent,
} from './reconnecting-stream.ts';
import { SequenceTracker } from './sequence-tracker.ts';
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
 * With `hold` the launcher keeps a sandbox for a caller (`docs/sessions.md`), and serves any number of runs, one after the
 * other; without it, one program.
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
  stdin = new StdinSender(this.#outbox);
  /** What the program left, once it has ended. */
  readonly files = new FileReader(this.#outbox);
  readonly #dispatcher = new Dispatcher(this.stdin, this.files);
  readonly #stream: ReconnectingStream;
  readonly #ready = Promise.withResolvers<Ready>();
  #mode: Mode = { name: 'new' };
  #state: LauncherState = 'waiting';
  /** Whether another process gave the launcher the program, so that no payload is sent. */
  #isFollowing = false;
  #held: HeldSandbox | null = null;
  /** Who waits for the next response. */
  readonly #asking = new Set<(ready: Ready) => void>();
  readonly #fenced = new AbortController();

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

  /**
   * What is sent from now on, to its stdin and to stop it too, is for this run of a session; the one before is over. To be
   * called before `run` and `follow`. @param number null when only its `start` can tell
   */
  prepareRun(number: number | null): void {
    this.stdin = new StdinSender(this.#outbox);
    if (number !== null) this.#outbox.beginRun(number);
  }

  /**
   * Gives the launcher the program: `payload` is the JSON document of PROTOCOL.md. It is sent at once when attached, and
   * again after each attach or refusal, until the launcher reports the start or `stop` was called.
   * @param number which run of a session it is, the last one's plus 1
   */
  run(id: string, payload: string, handlers: SessionHandlers, number?: number): void {
    this.#begin(id, handlers, number);
    this.#outbox.setPayload(id, payload);
    this.#isFollowing = false;
    if (this.attached && this.#state === 'waiting') this.#outbox.sendPayload();
    else this.probe();
  }

  /**
   * Receives the rest of a program that another process gave to the launcher.
   * @param run which run of a session it is, null when only its `start` can tell; and the number of its last chunk that is
   * stored
   */
  follow(
    id: string,
    handlers: SessionHandlers,
    run?: { readonly number: number | null; readonly after: number },
  ): void {
    this.#isFollowing = true;
    this.#begin(id, handlers, run?.number, run?.after);
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
    this.#held?.fail('The session with the launcher was closed.');
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

  /** Another process holds the sandbox: nothing more is sent to it. */
  #fence(): void {
    this.#fenced.abort();
    this.#outbox.useStream(null);
    this.closeStream();
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
    this.#held?.fail(reason);
    this.#dispatcher.break(reason);
  }

  #begin(id: string, handlers: SessionHandlers, number?: number | null, after = 0): void {
    const { sequence } = this.#dispatcher;
    if (this.#held !== null && number !== undefined) {
      this.#state = 'waiting';
      this.#dispatcher.beginRun(new SequenceTracker(id, after, number), handlers, this.stdin);
      if (this.broken !== null) this.#dispatcher.break(this.broken);
      return;
    }
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

  #onReady(ready: Ready): void {
    const { sequence } = this.#dispatcher;
    if (this.#mode.name === 'connecting') {
      this.#enter({ name: 'attached' });
      this.files.request();
    }
    const { state, id, last, stdin } = ofRun(ready, sequence?.run);
    if (this.#held !== null) this.#heed(ready, this.#held);
    this.#stream.responded(sequence?.hasAll(state, last) ?? true);
    this.#ready.resolve(ready);
    for (const resolve of this.#asking) resolve(ready);
    if (stdin !== null && id === sequence?.id) this.stdin.responded(stdin);
    if (sequence?.started) return;
    this.#state = state;
    if (sequence === null) return;
    if (id !== null && id !== sequence.id) this.#break('The pod serves another program.');
    else if (state === 'waiting' && !this.#isFollowing) this.#outbox.sendPayload();
    else if (state === 'waiting') this.#break('The pod has not been given the program.');
  }

  #heed(ready: Ready, held: HeldSandbox): void {
    const finding = held.judge(ready, this.#dispatcher.sequence?.run);
    if (finding === 'give') this.#outbox.sendPayload();
    else if (finding === 'fence') this.#fence();
    else if (finding === 'other') this.#break('The pod keeps the sandbox of another session.');
  }
}
