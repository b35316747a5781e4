import type { Dispatcher, SessionHandlers } from './dispatcher.ts';
import type { LauncherState, LauncherStdin, Ready } from './frames.ts';
import type { Outbox } from './outbox.ts';
import { SequenceTracker } from './sequence-tracker.ts';
import { StdinSender } from './stdin-sender.ts';

export interface RemoteProgramOptions {
  /** Number of the last chunk that is stored; 0 for a new execution. */
  readonly after: number;
  readonly dispatcher: Dispatcher;
  readonly outbox: Outbox;
  /** Whether a stream is open on which the launcher has responded. */
  readonly isAttached: () => boolean;
  /** Has the launcher respond, when attached. */
  readonly probe: () => void;
}

/**
 * The program that a launcher has, or is to get; in a session's pod the run under way, or the last one. It is given by this
 * process (`run`), or was by another (`follow`). From then on each of its chunks is dispatched once, in order, and what
 * concerns it goes out through the outbox.
 */
export class RemoteProgram {
  readonly #options: RemoteProgramOptions;
  #stdin: StdinSender;
  #state: LauncherState = 'waiting';
  /** Whether another process gave the launcher the program, so that no payload is sent. */
  #isFollowing = false;

  constructor(options: RemoteProgramOptions) {
    this.#options = options;
    this.#stdin = new StdinSender(options.outbox);
  }

  /** What the launcher reported last. */
  get state(): LauncherState {
    return this.#state;
  }

  /** The way of a stdin that stays open. */
  get stdin(): StdinSender {
    return this.#stdin;
  }

  /** Whether anything that was received means that it has started, whole or not. */
  get mayHaveStarted(): boolean {
    return this.#options.dispatcher.sequence?.mayHaveStarted ?? false;
  }

  /** Whether anything of the payload may have reached the launcher from here. */
  get payloadWasSent(): boolean {
    return this.#options.outbox.payloadWasSent;
  }

  /**
   * What is sent from now on, to its stdin and to stop it too, is for this run of a session; the one before is over. To be
   * called before `run` and `follow`. @param number null when only its `start` can tell
   */
  prepareRun(number: number | null): void {
    const { outbox } = this.#options;
    this.#stdin = new StdinSender(outbox);
    if (number !== null) outbox.beginRun(number);
  }

  /**
   * Gives it to the launcher: `payload` is the JSON document of PROTOCOL.md. It is sent at once when attached, and again
   * after each attach or refusal, until the launcher reports the start or `stop` was called.
   * @param number which run of a session it is, the last one's plus 1
   */
  run(id: string, payload: string, handlers: SessionHandlers, number?: number): void {
    const { outbox, isAttached, probe } = this.#options;
    this.#begin(id, handlers, number);
    outbox.setPayload(id, payload);
    this.#isFollowing = false;
    if (isAttached() && this.#state === 'waiting') outbox.sendPayload();
    else probe();
  }

  /**
   * Receives the rest of one that another process gave to the launcher.
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
    this.#options.probe();
  }

  /** Has it stopped: SIGTERM, SIGKILL after `graceMs`. Sent again after each attach until the end is received. */
  stop(cause: string, graceMs: number): void {
    this.#options.outbox.stop(cause, graceMs);
  }

  /** Has it interrupted; sent again after each attach. @param requested how often that was requested so far */
  interrupt(requested: number): void {
    this.#options.outbox.interrupt(requested);
  }

  /** Reports to the launcher that all up to chunk `seq` is stored; within 50 ms, and again after each attach. */
  acknowledge(seq: number): void {
    this.#options.outbox.acknowledge(seq);
  }

  /** Sends no payload from now on. */
  withdrawPayload(): void {
    this.#options.outbox.withdrawPayload();
  }

  /** Its start was received. */
  started(): void {
    this.#state = 'running';
    this.#options.outbox.started();
    this.#stdin.started();
  }

  /** Its end was received. */
  ended(): void {
    this.#state = 'ended';
    this.#options.outbox.ended();
  }

  /** Whether a launcher that responds so has sent nothing of it that was not received. */
  hasAll(ready: Ready): boolean {
    const { sequence } = this.#options.dispatcher;
    const { state, last } = ofRun(ready, sequence?.run);
    return sequence?.hasAll(state, last) ?? true;
  }

  /** Takes a response of the launcher. Returns why the launcher cannot serve it, a sentence; null when it can. */
  responded(ready: Ready): string | null {
    const { dispatcher, outbox } = this.#options;
    const { sequence } = dispatcher;
    const { state, id, stdin } = ofRun(ready, sequence?.run);
    if (stdin !== null && id === sequence?.id) this.#stdin.responded(stdin);
    if (sequence?.started) return null;
    this.#state = state;
    if (sequence === null) return null;
    if (id !== null && id !== sequence.id) return 'The pod serves another program.';
    if (state !== 'waiting') return null;
    if (this.#isFollowing) return 'The pod has not been given the program.';
    outbox.sendPayload();
    return null;
  }

  #begin(id: string, handlers: SessionHandlers, number?: number | null, after = 0): void {
    const { dispatcher, after: stored } = this.#options;
    const isRun = number !== undefined;
    if (isRun) this.#state = 'waiting';
    else if (dispatcher.sequence !== null)
      throw new Error(`A launcher serves one program; it has ${dispatcher.sequence.id}.`);
    dispatcher.begin(new SequenceTracker(id, isRun ? after : stored, number), handlers, this.#stdin);
  }
}

/** What a launcher reports of one run. */
interface OfRun {
  readonly state: LauncherState;
  readonly id: string | null;
  readonly last: number;
  readonly stdin: LauncherStdin | null;
}

/** What a launcher reports of the present run. */
function ofRun(ready: Ready, run: number | null | undefined): OfRun {
  const isOfRun = run == null || ready.held === undefined || ready.held.run === run;
  return isOfRun ? ready : NOT_GIVEN;
}

/** Of a run that the launcher does not have. */
const NOT_GIVEN: OfRun = { state: 'waiting', id: null, last: 0, stdin: null };
