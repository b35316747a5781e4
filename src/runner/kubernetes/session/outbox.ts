import { createHash } from 'node:crypto';
import type { AttachedStream } from '../cluster.ts';

/** How long acknowledgements are gathered, milliseconds. */
const GATHER_MS = 50;
/** The minimum between two sendings of a payload over the same stream, milliseconds. */
const RESEND_AFTER_MS = 5000;
/** How often a launcher may refuse the payload, as it did not arrive whole. */
const MAX_REFUSALS = 5;

/** What goes to a launcher, line by line. A stream may lose any of it, so what still holds is sent again over the next. */
export class Outbox implements Disposable {
  #stream: AttachedStream | null = null;
  #payload: { readonly id: string; readonly line: string } | null = null;
  /** When it was sent over this stream. */
  #payloadSentAt: number | null = null;
  #payloadWasSent = false;
  #refusals = 0;
  #stop: string | null = null;
  #interrupts = 0;
  /** How far stdin was sent over this stream, and how far before the probe that was sent last. */
  #stdinSent = 0;
  #stdinBeforeProbe = 0;
  #stored = 0;
  /** Of a session. */
  #epoch: number | null = null;
  #run: number | null = null;
  /** What lines of a session's run end with. */
  #suffix = '';
  #ackTimer: NodeJS.Timeout | null = null;

  /** Sends over this stream from now on; null: there is none. */
  useStream(stream: AttachedStream | null): void {
    this.#stream = stream;
    this.#payloadSentAt = null;
    this.#stdinSent = 0;
    this.#stdinBeforeProbe = 0;
    if (stream === null) return;
    // Ends what the stream before may have left unfinished.
    stream.write('\n');
    if (this.#epoch !== null) this.#write(`epoch ${this.#epoch}`);
    if (this.#stored > 0) this.#writeAck();
    if (this.#stop !== null) this.#write(this.#stop);
    this.#writeInterrupts();
  }

  /** @param from number of a chunk: everything after it is to be repeated; null: nothing is */
  probe(nonce: string, from: number | null): void {
    this.#stdinBeforeProbe = this.#stdinSent;
    this.#write(from === null ? `hello ${nonce}` : `hello ${nonce} ${from}${this.#suffix}`);
  }

  /** Whether the payload has been sent, if only in part. */
  get payloadWasSent(): boolean {
    return this.#payloadWasSent;
  }

  /** @param what the JSON makes of the launcher: the way of one program, or a session's */
  setPayload(id: string, json: string, what: 'run' | 'session' = 'run'): void {
    const hash = createHash('sha256').update(json).digest('hex');
    this.#payload = { id, line: `${what} ${id} ${Buffer.byteLength(json)} ${hash} ${json}` };
  }

  /** The launcher keeps a session, or will: it takes nothing of a process with a lower epoch. */
  hold(epoch: number): void {
    this.#epoch = epoch;
    this.#write(`epoch ${epoch}`);
  }

  /** All that goes out from now on is of this run of a session. Harmless to repeat. */
  beginRun(run: number): void {
    if (this.#run === run) return;
    this.#run = run;
    if (this.#ackTimer !== null) clearTimeout(this.#ackTimer);
    this.#ackTimer = null;
    this.#suffix = ` ${run}`;
    this.ended();
    this.#payloadSentAt = null;
    this.#payloadWasSent = false;
    this.#refusals = 0;
    this.#stdinSent = 0;
    this.#stdinBeforeProbe = 0;
    this.#stored = 0;
  }

  /** Sends no payload from now on. */
  withdrawPayload(): void {
    this.#payload = null;
  }

  /** Sends the payload to a launcher that waits for one, unless it is on its way. */
  sendPayload(): void {
    if (this.#payload === null || this.#stop !== null || this.#stream === null) return;
    const now = performance.now();
    const sentAt = this.#payloadSentAt;
    if (sentAt !== null && (now - sentAt < RESEND_AFTER_MS || this.#stream.bufferedBytes > 0)) return;
    this.#payloadSentAt = now;
    this.#payloadWasSent = true;
    this.#write(this.#payload.line);
  }

  /** Sends the payload again. False when it was refused too often. */
  refused(id: string): boolean {
    if (this.#payload?.id !== id) return true;
    this.#refusals += 1;
    if (this.#refusals > MAX_REFUSALS) return false;
    this.#payloadSentAt = null;
    this.sendPayload();
    return true;
  }

  /** Has the program stopped; no payload is sent from now on. */
  stop(cause: string, graceMs: number): void {
    this.#stop = `stop ${cause} ${graceMs}${this.#suffix}`;
    this.#write(this.#stop);
  }

  /** What its launcher has received when it responds to the probe that was sent last, as an offset of stdin. */
  get stdinBeforeProbe(): number {
    return this.#stdinBeforeProbe;
  }

  stdin(offset: number, data: Uint8Array): void {
    this.#stdinSent = offset + data.byteLength;
    this.#write(`stdin ${offset} ${Buffer.from(data).toString('base64')}${this.#suffix}`);
  }

  stdinEnd(offset: number): void {
    this.#write(`stdin-end ${offset}${this.#suffix}`);
  }

  /** Has the program interrupted, when that was requested fewer times before. */
  interrupt(requested: number): void {
    this.#interrupts = requested;
    this.#writeInterrupts();
  }

  /** The program has started: before that its launcher heeds no interrupt. */
  started(): void {
    this.withdrawPayload();
    this.#writeInterrupts();
  }

  /** Reports that all up to chunk `seq` is stored, within 50 ms. */
  acknowledge(seq: number): void {
    if (seq <= this.#stored) return;
    this.#stored = seq;
    this.#ackTimer ??= setTimeout(() => {
      this.#ackTimer = null;
      this.#writeAck();
    }, GATHER_MS);
  }

  /** The program has ended: only acknowledgements still hold. */
  ended(): void {
    this.#payload = null;
    this.#stop = null;
    this.#interrupts = 0;
  }

  /** Requests something of the files that the program left. */
  requestFiles(line: string): void {
    this.#write(line);
  }

  bye(): void {
    this.#write('bye');
  }

  [Symbol.dispose](): void {
    if (this.#ackTimer !== null) clearTimeout(this.#ackTimer);
    this.#ackTimer = null;
    this.#payload = null;
    this.#stream = null;
  }

  #writeInterrupts(): void {
    if (this.#interrupts > 0) this.#write(`interrupt ${this.#interrupts}${this.#suffix}`);
  }

  #writeAck(): void {
    this.#write(`ack ${this.#stored}${this.#suffix}`);
  }

  #write(line: string): void {
    this.#stream?.write(`${line}\n`);
  }
}
