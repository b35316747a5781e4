import { abortable } from './abortable.ts';
import { Attachment, type AttachmentOptions } from './attachment.ts';
import type { ConversationHandlers, LauncherState, Ready } from './frames.ts';
import { Intake } from './intake.ts';
import { LINE_BYTES } from './lines.ts';
import { Orders } from './orders.ts';
import { type Frame, parseFrame } from './parse.ts';
import { Program, type ProgramFrame } from './program.ts';
import { Questions } from './questions.ts';
import type { Judgement } from './received.ts';
import { Waiters } from './waiters.ts';

export interface ConversationOptions extends Pick<AttachmentOptions, 'attach' | 'logger'> {
  /** Number of the last chunk that is stored; 0 for a new execution. */
  readonly after: number;
}

/**
 * The server's side of PROTOCOL.md with one launcher, over streams that come and go.
 *
 * Silent until `open`; then attached, or about to be again, until it is disposed. Before `run` or `follow` it only keeps
 * the launcher from giving up; after them each chunk is handed over once, in order, however often the launcher or a log
 * repeats it. Holds no more than some MiB, whatever comes.
 */
export class Conversation implements Disposable {
  readonly #options: ConversationOptions;
  readonly #intake = new Intake({
    line: (line) => this.#takeLine(line),
    isWaiting: () => this.paused,
    full: () => this.#attachment?.renew(),
    flooded: () => this.#break('The launcher sent too much that is of no use.'),
  });
  readonly #orders = new Orders();
  readonly #questions = new Questions({
    send: (nonce, from) => this.#orders.ask(nonce, from),
    from: () => this.#program?.from ?? null,
    isPaused: () => this.paused,
    dead: () => this.#attachment?.renew(),
    givenUp: () => this.#break('What the launcher told is not complete and could not be had again.'),
  });
  readonly #answer = Promise.withResolvers<Ready>();
  #attachment: Attachment | null = null;
  #isAttached = false;
  #heardAt = Number.NEGATIVE_INFINITY;
  #state: LauncherState = 'waiting';
  #program: Program | null = null;
  #broken: string | null = null;
  #isFollowing = false;
  #isDisposed = false;
  readonly #drained = new Waiters(() => {
    const isOpen = (this.#attachment?.stream ?? null) !== null;
    return !isOpen && !this.paused && this.#intake.isEmpty;
  });

  constructor(options: ConversationOptions) {
    this.#options = options;
    // Nobody need be waiting for it.
    this.#answer.promise.catch(() => undefined);
  }

  /**
   * Attaches, if it has not begun to, and asks the launcher; resolves at its first answer. From then on the conversation
   * keeps itself attached (50 ms to 5 s between attempts).
   *
   * Rejects with the signal's reason when that aborts (the conversation is then still to be disposed), and when the
   * launcher cannot be understood or the conversation was disposed.
   */
  open(signal: AbortSignal): Promise<Ready> {
    const { attach, logger } = this.#options;
    if (!this.#isDisposed && this.#broken === null) {
      this.#attachment ??= new Attachment({
        attach,
        logger,
        opened: (stream) => {
          this.#orders.useStream(stream);
          this.#questions.streamOpened(stream);
        },
        bytes: (bytes) => this.#take(bytes),
        closed: () => this.#closed(),
      });
    }
    return abortable(this.#answer.promise, signal);
  }

  /** What the launcher told last. */
  get state(): LauncherState {
    return this.#state;
  }

  /** Whether a stream is open on which the launcher has answered. */
  get attached(): boolean {
    return this.#isAttached;
  }

  /** Why the launcher was given up, a sentence; null as long as it was not. It is not attached to any more then. */
  get broken(): string | null {
    return this.#broken;
  }

  /** When anything came over a stream last, by the monotonic clock. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Whether what comes has to wait, as the receiver of chunks has not taken those it was given. */
  get paused(): boolean {
    return this.#waiting !== null;
  }

  /** Whether something did not come though the launcher was asked for it; the pod's log may have it. */
  get lacking(): boolean {
    return this.#questions.isLacking;
  }

  /** Whether anything that was told stands for a start of the program, whole or not. */
  get mayHaveStarted(): boolean {
    return this.#program?.received.mayHaveStarted ?? false;
  }

  /** Whether anything of the payload may have reached the launcher from here. */
  get payloadWasSent(): boolean {
    return this.#orders.payloadWasSent;
  }

  /**
   * Hands the program over: `payload` is the JSON document of PROTOCOL.md. It is sent at once when attached, and again
   * after each attach or refusal, until the launcher tells the start or `stop` was called.
   */
  run(id: string, payload: string, handlers: ConversationHandlers): void {
    this.#orders.setPayload(id, payload);
    this.#begin(id, handlers);
    if (this.#isAttached && this.#state === 'waiting') this.#orders.sendPayload();
    else this.ask();
  }

  /** Reads on with a program that another process handed over. */
  follow(id: string, handlers: ConversationHandlers): void {
    this.#isFollowing = true;
    this.#begin(id, handlers);
    this.ask();
  }

  /** Has the program stopped: SIGTERM, SIGKILL after `graceMs`. Said again after each attach until the end is told. */
  stop(cause: string, graceMs: number): void {
    this.#orders.stop(cause, graceMs);
  }

  /** Asks for what did not come; also when nothing is known to be missing, so that a launcher that lives is heard. */
  ask(): void {
    if (this.#isAttached) this.#questions.ask();
  }

  /** Says that all up to chunk `seq` is stored; within 50 ms, and again after each attach. */
  acknowledge(seq: number): void {
    this.#orders.acknowledge(seq);
  }

  /** Sends no payload any more. */
  withdraw(): void {
    this.#orders.withdrawPayload();
  }

  /** Lets the launcher exit, if it is attached; it is not attached to again. */
  bye(): void {
    this.#orders.bye();
    this.#orders.ended();
    this.#attachment?.finish();
  }

  /**
   * Takes one line of the pod's log; it is checked as what comes over the stream. A promise: to be awaited before the
   * next line, the chunks' receiver wants a pause.
   */
  feedLog(line: string): Promise<void> | void {
    const waiting = this.#waiting;
    if (waiting !== null) return waiting.then(() => this.feedLog(line));
    if (this.#isDisposed || line.length > LINE_BYTES) return;
    const frame = parseFrame(line);
    // A log's answers are to questions of another time.
    if (frame === null || frame.type === 'ready' || frame.type === 'refused') return;
    this.#takeTold(frame);
    this.#program?.delivery.flush();
    return this.#waiting ?? undefined;
  }

  /** Resolves when no stream is open and all that came over the last one was handed over. */
  drained(): Promise<void> {
    return this.#drained.wait();
  }

  /** Closes the stream and opens no other; what came over it is still handed over. */
  hangUp(): void {
    this.#questions[Symbol.dispose]();
    this.#attachment?.[Symbol.dispose]();
  }

  /** Closes the stream. Nothing is handed over from now on. Harmless to repeat. */
  [Symbol.dispose](): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#program?.delivery.close();
    this.#program = null;
    this.hangUp();
    this.#intake.close();
    this.#orders[Symbol.dispose]();
    this.#answer.reject(new Error('The conversation with the launcher was closed.'));
    this.#drained.look();
  }

  #begin(id: string, handlers: ConversationHandlers): void {
    if (this.#program !== null) throw new Error(`A launcher serves one program; it has ${this.#program.id}.`);
    this.#program = new Program(id, this.#options.after, {
      handlers,
      resumed: () => this.#resume(),
      failed: () => this.#break('The output could not be kept.'),
    });
    if (this.#broken !== null) this.#program.delivery.break(this.#broken);
  }

  async #closed(): Promise<void> {
    this.#isAttached = false;
    this.#questions.streamClosed();
    this.#orders.useStream(null);
    // What still waits belongs to this stream; the next one begins a new line.
    for (let waiting = this.#waiting; waiting !== null; waiting = this.#waiting) await waiting;
    this.#intake.clear();
    this.#drained.look();
  }

  get #waiting(): Promise<void> | null {
    return this.#program?.delivery.waiting ?? null;
  }

  #take(bytes: Buffer): void {
    this.#heardAt = performance.now();
    this.#questions.heard();
    this.#intake.push(bytes);
    this.#work();
  }

  #work(): void {
    this.#intake.work();
    this.#program?.delivery.flush();
    if (this.paused) this.#attachment?.stream?.pause();
  }

  #resume(): void {
    this.#work();
    if (this.paused) return;
    this.#questions.heard();
    this.#attachment?.stream?.resume();
    this.#drained.look();
  }

  /** False when the line is of no use. */
  #takeLine(line: string): boolean {
    const frame = parseFrame(line);
    if (frame?.type === 'ready') return this.#takeReady(frame);
    if (frame?.type === 'refused') {
      const isSentAgain = !this.#isAttached || this.#orders.refused(frame.id);
      if (!isSentAgain) this.#break('The program could not be handed to the launcher whole.');
      return false;
    }
    const judgement = frame === null ? 'wrong' : this.#takeTold(frame);
    // A stream begins within a line, and what was printed before its first answer is asked for anyway.
    const isDamaged = (judgement === 'missing' || judgement === 'wrong') && this.#isAttached;
    if (isDamaged && this.#program?.received.ended === false) this.#questions.missed();
    return judgement === 'new';
  }

  #takeReady(ready: Extract<Frame, { type: 'ready' }>): boolean {
    if (!this.#questions.isOpen(ready.nonce)) return false;
    const { version, state, id, last } = ready;
    const program = this.#program;
    this.#isAttached = true;
    this.#attachment?.wentWell();
    this.#questions.answered(program?.received.hasAll(state, last) ?? true);
    this.#answer.resolve({ version, state, id, last });
    if (program?.received.started) return true;
    this.#state = state;
    if (program === null) return true;
    if (id !== null && id !== program.id) this.#break('The pod serves another program.');
    else if (state === 'waiting' && !this.#isFollowing) this.#orders.sendPayload();
    else if (state === 'waiting') this.#break('The pod has not been given the program.');
    return true;
  }

  #takeTold(frame: ProgramFrame): Judgement {
    // Before anybody listens nothing is taken, and what was told is asked for later.
    const judgement = this.#program?.take(frame) ?? 'repeated';
    if (judgement !== 'new') return judgement;
    this.#questions.progress();
    if (frame.type === 'start') {
      this.#state = 'running';
      this.#orders.withdrawPayload();
    } else if (frame.type === 'end') {
      this.#state = 'ended';
      this.#orders.ended();
    }
    return judgement;
  }

  #break(reason: string): void {
    if (this.#broken !== null || this.#isDisposed) return;
    this.#broken = reason;
    this.hangUp();
    this.#intake.close();
    this.#answer.reject(new Error(reason));
    this.#program?.delivery.break(reason);
  }
}
