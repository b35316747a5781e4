import { createHash } from 'node:crypto';
import type { AttachedStream } from '../cluster.ts';

/** How long `ack` gathers, milliseconds. */
const GATHER_MS = 50;
/** A payload is not sent again over the same stream before so long has passed, milliseconds. */
const SEND_AGAIN_MS = 5000;
/** How often a launcher may say that the payload did not arrive whole. */
const REFUSALS = 5;

/** What the server wants of a launcher. A stream may lose any of it, so the next one hears it again. */
export class Orders implements Disposable {
  #stream: AttachedStream | null = null;
  #payload: { readonly id: string; readonly line: string } | null = null;
  /** When it was sent over this stream. */
  #payloadSentAt: number | null = null;
  #payloadWasSent = false;
  #refusals = 0;
  #stop: string | null = null;
  #stored = 0;
  #ackTimer: NodeJS.Timeout | null = null;

  /** From now on this is the stream; null: there is none. */
  useStream(stream: AttachedStream | null): void {
    this.#stream = stream;
    this.#payloadSentAt = null;
    if (stream === null) return;
    // Ends what the stream before may have left unfinished.
    stream.write('\n');
    if (this.#stored > 0) this.#write(`ack ${this.#stored}`);
    if (this.#stop !== null) this.#write(this.#stop);
  }

  ask(nonce: string, from: number | null): void {
    this.#write(from === null ? `hello ${nonce}` : `hello ${nonce} ${from}`);
  }

  /** Whether the payload has been sent, if only in part. */
  get payloadWasSent(): boolean {
    return this.#payloadWasSent;
  }

  setPayload(id: string, json: string): void {
    const hash = createHash('sha256').update(json).digest('hex');
    this.#payload = { id, line: `run ${id} ${Buffer.byteLength(json)} ${hash} ${json}` };
  }

  /** No payload is sent after it. */
  withdrawPayload(): void {
    this.#payload = null;
  }

  /** Sends the payload to a launcher that waits for one, unless it is on its way. */
  sendPayload(): void {
    if (this.#payload === null || this.#stop !== null || this.#stream === null) return;
    const now = performance.now();
    const sentAt = this.#payloadSentAt;
    if (sentAt !== null && (now - sentAt < SEND_AGAIN_MS || this.#stream.bufferedBytes > 0)) return;
    this.#payloadSentAt = now;
    this.#payloadWasSent = true;
    this.#write(this.#payload.line);
  }

  /** Sends the payload again. False when that was done too often. */
  refused(id: string): boolean {
    if (this.#payload?.id !== id) return true;
    this.#refusals += 1;
    if (this.#refusals > REFUSALS) return false;
    this.#payloadSentAt = null;
    this.sendPayload();
    return true;
  }

  /** No payload is sent after it. */
  stop(cause: string, graceMs: number): void {
    this.#stop = `stop ${cause} ${graceMs}`;
    this.#write(this.#stop);
  }

  acknowledge(seq: number): void {
    if (seq <= this.#stored) return;
    this.#stored = seq;
    this.#ackTimer ??= setTimeout(() => {
      this.#ackTimer = null;
      this.#write(`ack ${this.#stored}`);
    }, GATHER_MS);
  }

  /** The program has ended: nothing is wanted but that its end be stored. */
  ended(): void {
    this.#payload = null;
    this.#stop = null;
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

  #write(line: string): void {
    this.#stream?.write(`${line}\n`);
  }
}
