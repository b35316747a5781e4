import { batch, signal } from '@preact/signals';
import { followOutput, type OutputEvent } from '../api/follow.ts';
import { Cancel, Displayed, Interrupt, Program, Progress, type Watched } from '../api/operations.ts';
import { sleep } from '../api/outage.ts';
import { RefusedError, request } from '../api/request.ts';
import { blockOf, type Display } from '../output/display.ts';
import type { Block } from '../output/line.ts';
import { Screen } from '../output/screen.ts';
import type { Submitted } from '../program/submission.ts';
import { hasEnded } from '../words.ts';
import { StdinWriter } from './stdin-writer.ts';

/** How often the place in the queue and the reason for waiting are asked for, milliseconds. */
const PROGRESS_MS = 1000;

/**
 * One execution that is looked at: what was submitted, how it goes, and its output. It follows from when it is opened, or asked to, until
 * the execution's end, or until it is closed.
 */
export class Run {
  readonly id: string;
  /** Null until it was read. */
  readonly submitted = signal<Submitted | null>(null);
  /** Null until it was read. */
  readonly watched = signal<Watched | null>(null);
  /** Why it cannot be shown; null when it can. */
  readonly failure = signal<string | null>(null);
  /** What did not work, for the reader; null when nothing has to be said. */
  readonly notice = signal<string | null>(null);
  /** Whether the cancel is on its way. */
  readonly cancelling = signal(false);
  /** Whether all that it printed is on the screen, and no more comes. */
  readonly complete = signal(false);
  readonly stdin: StdinWriter;
  readonly screen = new Screen();
  /** Whether it is followed: its status and output come, or have come to their end. */
  readonly following = signal(false);
  /** Called whenever the screen changed. */
  onOutput: () => void = () => {};
  readonly #stop = new AbortController();
  /** Settles when all that came is on the screen; null when it is. */
  #waiting: Promise<void> | null = null;

  /** @param waits whether only the program is read until `follow` is called */
  constructor(id: string, waits = false) {
    this.id = id;
    this.stdin = new StdinWriter({
      id,
      signal: this.#stop.signal,
      tell: (sentence) => {
        this.notice.value = sentence;
      },
    });
    this.#go(this.#read());
    if (!waits) this.follow();
  }

  /** Follows it to its end; calling it again is harmless. */
  follow(): void {
    if (this.following.peek()) return;
    this.following.value = true;
    this.#go(followOutput(this.id, (event) => this.#take(event), this.#stop.signal));
    this.#go(this.#askForProgress());
  }

  /** Asks for the program to be stopped; its status tells when it is. */
  async cancel(): Promise<void> {
    this.cancelling.value = true;
    await this.attempt(async (stop) => (await request(Cancel, { id: this.id }, stop)).cancel);
    this.cancelling.value = false;
  }

  /** Interrupts the program, as Ctrl-C does at a terminal. */
  async interrupt(): Promise<void> {
    await this.attempt(async (stop) => (await request(Interrupt, { id: this.id }, stop)).interrupt);
  }

  /** Does what the reader asked for; why it was refused is in `notice`. */
  async attempt(work: (stop: AbortSignal) => Promise<unknown>): Promise<void> {
    this.notice.value = null;
    try {
      const answer = await work(this.#stop.signal);
      if (isRefusal(answer)) this.notice.value = answer.message;
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      if (!(error instanceof RefusedError)) throw error;
      this.notice.value = error.message;
    }
  }

  /** Sends what was typed, with a line end or with the end of input, and shows it as a terminal echoes it. */
  type(end: boolean): void {
    this.notice.value = null;
    const sent = end ? this.stdin.end() : this.stdin.sendLine();
    if (sent === null) return;
    // After the end of input what is printed next begins a line.
    this.screen.echo(sent === '' || sent.endsWith('\n') ? sent : `${sent}\n`);
    this.onOutput();
  }

  /** Follows no longer; the execution goes on. */
  close(): void {
    this.#stop.abort();
  }

  #go(work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (this.#stop.signal.aborted) return;
      if (!(error instanceof RefusedError)) throw error;
      this.failure.value = error.message;
      this.#stop.abort();
    });
  }

  async #read(): Promise<void> {
    const { execution } = await request(Program, { id: this.id }, this.#stop.signal);
    if (!execution) throw new RefusedError('NOT_FOUND', `There is no execution with the id ${this.id}.`);
    batch(() => {
      this.submitted.value = execution;
      this.#watch(execution);
    });
  }

  /** Until it runs, the reason why it waits changes without an event; from then on the output tells every status. */
  async #askForProgress(): Promise<void> {
    const { signal: stop } = this.#stop;
    for (;;) {
      await sleep(PROGRESS_MS, stop);
      stop.throwIfAborted();
      if (this.#hasEnded || this.watched.peek()?.status === 'RUNNING') return;
      const { execution } = await request(Progress, { id: this.id }, stop);
      if (execution) this.#watch(execution);
    }
  }

  /** At once; behind what is displayed in the order in which it was printed. */
  #take(event: OutputEvent): void {
    if (this.#waiting === null && !event.chunks.some(isDisplayed)) {
      for (const { text, stream } of event.chunks) this.screen.write(text, stream);
      this.#taken(event);
      return;
    }
    const shown = (this.#waiting ?? Promise.resolve()).then(() => this.#show(event));
    this.#waiting = shown;
    this.#go(
      shown.then(() => {
        if (this.#waiting === shown) this.#waiting = null;
      }),
    );
  }

  async #show(event: OutputEvent): Promise<void> {
    for (const chunk of event.chunks) {
      const display = isDisplayed(chunk) ? await this.#displayOf(chunk.seq) : null;
      const block = display && blockOf(display, (resized) => this.#resize(resized), this.#stop.signal);
      if (block) this.screen.place(block, chunk.text);
      else this.screen.write(chunk.text, chunk.stream);
    }
    this.#taken(event);
  }

  /** Asked for by itself: events would cost the server too much with all that many chunks might display. */
  async #displayOf(seq: number): Promise<Display | null> {
    const { execution } = await request(Displayed, { id: this.id, before: seq - 1 }, this.#stop.signal);
    return execution?.chunks.chunks[0]?.display ?? null;
  }

  #taken({ chunks, ended, execution }: OutputEvent): void {
    if (chunks.length > 0) this.onOutput();
    this.complete.value = ended;
    this.#watch(execution);
  }

  #resize(block: Block): void {
    this.screen.resized(block);
    this.onOutput();
  }

  #watch(watched: Watched): void {
    this.stdin.accepted(watched.stdinBytes);
    // Answers may overtake each other, but an end is final.
    if (this.#hasEnded && !hasEnded(watched.status)) return;
    // Most events bring output only: then nothing but the output is drawn.
    if (!isSame(this.watched.peek(), watched)) this.watched.value = watched;
  }

  get #hasEnded(): boolean {
    const watched = this.watched.peek();
    return watched !== null && hasEnded(watched.status);
  }
}

function isDisplayed({ stream }: OutputEvent['chunks'][number]): boolean {
  return stream === 'DISPLAY';
}

function isRefusal(answer: unknown): answer is { readonly message: string } {
  return typeof answer === 'object' && answer !== null && 'message' in answer;
}

function isSame(a: Watched | null, b: Watched): boolean {
  const names = Object.keys(b) as (keyof Watched)[];
  return a !== null && names.every((name) => JSON.stringify(a[name]) === JSON.stringify(b[name]));
}
