/**
 * A stream's first probe is repeated after this long, then twice as long each time, milliseconds: a stream may be open
 * before the pod's output is joined to it, and the first response is lost (7 of 100 attached at once).
 */
const FIRST_REPEAT_MS = 500;

/**
 * What a session is to do next:
 * - `probe`: have the launcher respond
 * - `request`: the same, and have it repeat everything that was not received
 * - `reconnect`: the stream is dead, open another
 * - `break`: what is missing cannot be had
 */
export type ProbeAction = 'probe' | 'request' | 'reconnect' | 'break';

/** What a poll needs to know of the stream. */
export interface StreamSample {
  /** Whether nothing can be received, as we do not read. */
  readonly isPaused: boolean;
  /** Bytes on their way to the launcher: as long as they get fewer, the stream lives. */
  readonly bufferedBytes: number;
}

/**
 * Decides when the launcher is probed: at the beginning of each stream, when it is silent, and for what was not received.
 * Does nothing by itself: each event and each `poll` gives the action that is due, all times are by a monotonic clock,
 * milliseconds.
 */
export class Probes {
  readonly #gap = new GapRecovery();
  /** Whether the probe that was sent last was a request. */
  #isRequest = false;
  /** When the present stream's first probe is repeated; null once there was a response. */
  #repeat: { readonly at: number; readonly afterMs: number } | null = null;
  /** Of the present stream. */
  #liveness: Liveness | null = null;

  /** Whether a request did not bring what is missing. */
  get hasGap(): boolean {
    return this.#gap.isOpen;
  }

  /** When `poll` is to be called; infinite: not before another event. */
  get dueAt(): number {
    return Math.min(this.#repeat?.at ?? Infinity, this.#gap.dueAt, this.#liveness?.dueAt ?? Infinity);
  }

  streamOpened(now: number): ProbeAction {
    this.#liveness = new Liveness(now);
    this.#repeat = { at: now + FIRST_REPEAT_MS, afterMs: FIRST_REPEAT_MS };
    return 'request';
  }

  streamClosed(): void {
    this.#repeat = null;
    this.#liveness = null;
    this.#gap.streamClosed();
  }

  /** A probe goes out; one before it expects no response any more. */
  sent(isRequest: boolean, now: number): void {
    this.#isRequest = isRequest;
    if (isRequest) this.#gap.requested(now);
    this.#liveness?.probed(now);
  }

  /** Something was received, whatever it was. */
  received(now: number): void {
    this.#liveness?.received(now);
  }

  /** A frame of the program was received that is new. */
  progress(): void {
    this.#gap.progress();
  }

  /** A frame is missing, or may be. */
  missed(now: number): ProbeAction | null {
    return this.#gap.missed(now);
  }

  /** The probe has its response. @param isComplete whether the launcher has sent nothing that was not received */
  responded(isComplete: boolean, now: number): ProbeAction | null {
    this.#repeat = null;
    this.#liveness?.responded();
    if (this.#isRequest) this.#gap.responded(isComplete, now);
    else if (!isComplete) return this.#gap.missed(now);
    return null;
  }

  /** The action that is due, one at a time; null when none is. */
  poll(now: number, stream: StreamSample): ProbeAction | null {
    if (this.#repeat !== null && now >= this.#repeat.at) {
      const afterMs = 2 * this.#repeat.afterMs;
      this.#repeat = { at: now + afterMs, afterMs };
      if (!stream.isPaused) return 'request';
    }
    if (now >= this.#gap.dueAt) return this.#gap.due(now);
    if (this.#liveness !== null && now >= this.#liveness.dueAt) return this.#liveness.due(now, stream);
    return null;
  }
}

/** A launcher from which nothing was received for this long is probed; this long it has to respond. Milliseconds. */
const LIVENESS_TIMEOUT_MS = 10_000;

/** Distinguishes a silent program from a dead stream, for one stream. */
class Liveness {
  #receivedAt: number;
  /** When the oldest probe without a response was sent. */
  #probedAt: number | null = null;
  #bufferedBytes = 0;
  dueAt: number;

  constructor(now: number) {
    this.#receivedAt = now;
    this.dueAt = now + LIVENESS_TIMEOUT_MS;
  }

  received(now: number): void {
    this.#receivedAt = now;
  }

  probed(now: number): void {
    this.#probedAt ??= now;
  }

  responded(): void {
    this.#probedAt = null;
  }

  due(now: number, { isPaused, bufferedBytes }: StreamSample): ProbeAction | null {
    const isSending = bufferedBytes > 0 && bufferedBytes < this.#bufferedBytes;
    this.#bufferedBytes = bufferedBytes;
    if (isSending || isPaused) {
      this.#receivedAt = now;
      if (this.#probedAt !== null) this.#probedAt = now;
    }
    const since = this.#probedAt ?? this.#receivedAt;
    const isTooLong = now - since >= LIVENESS_TIMEOUT_MS;
    if (isTooLong && this.#probedAt !== null) {
      this.dueAt = Infinity;
      return 'reconnect';
    }
    this.dueAt = now + Math.max(100, isTooLong ? LIVENESS_TIMEOUT_MS : since + LIVENESS_TIMEOUT_MS - now);
    return isTooLong ? 'probe' : null;
  }
}

/** How often the same is requested without anything new before the session breaks. */
const MAX_ATTEMPTS = 6;
/** Pause before the second attempt, milliseconds; it doubles. Also the minimum between two requests. */
const PAUSE_MS = 100;
/** How long what was requested may take to be received after the response, milliseconds. */
const GRACE_MS = 2000;

const IDLE = { name: 'idle' } as const;

/**
 * Requests what was not received again, with growing pauses and a bounded number of times. In one mode at a time:
 * - *idle*: nothing is known to be missing, or the stream is gone; the next one begins with a request of its own.
 * - *scheduled*: something is missing; it is requested at `at`. Left as soon as something new is received.
 * - *requested*: a request went out, for whatever reason, and waits for its response.
 * - *responded*: there was a response that promises more than was received; it follows until `at`, or counts as missing.
 */
class GapRecovery {
  #mode:
    | { readonly name: 'idle' | 'requested' }
    | { readonly name: 'scheduled' | 'responded'; readonly at: number } = IDLE;
  #attempts = 0;
  #requestedAt = Number.NEGATIVE_INFINITY;

  /** Whether one request did not bring it. */
  get isOpen(): boolean {
    return this.#attempts > 1;
  }

  get dueAt(): number {
    return 'at' in this.#mode ? this.#mode.at : Infinity;
  }

  missed(now: number): ProbeAction | null {
    if (this.#mode.name === 'requested' || this.#mode.name === 'scheduled') return null;
    if (this.#attempts >= MAX_ATTEMPTS) return 'break';
    const pauseMs = this.#attempts === 0 ? 0 : PAUSE_MS * 2 ** this.#attempts;
    this.#attempts += 1;
    const at = Math.max(this.#requestedAt + PAUSE_MS, now + pauseMs);
    this.#mode = { name: 'scheduled', at };
    return at <= now ? this.due(now) : null;
  }

  /** What is to be done at `dueAt`. */
  due(now: number): ProbeAction | null {
    const isRequestDue = this.#mode.name === 'scheduled';
    this.#mode = IDLE;
    return isRequestDue ? 'request' : this.missed(now);
  }

  requested(now: number): void {
    this.#mode = { name: 'requested' };
    this.#requestedAt = now;
  }

  responded(isComplete: boolean, now: number): void {
    if (isComplete) {
      this.#mode = IDLE;
      this.#attempts = 0;
    } else {
      this.#mode = { name: 'responded', at: now + GRACE_MS };
    }
  }

  progress(): void {
    this.#attempts = 0;
    if (this.#mode.name !== 'requested') this.#mode = IDLE;
  }

  streamClosed(): void {
    this.#mode = IDLE;
  }
}
