import { STDIN_BYTES } from './bounds.js';

/** What a program's stdin still gets. Open until all has gone into the pipe behind which it ends. */
export class Feed {
  #pipe;
  #onTaken;
  /** Whether all that there will be was received. */
  #isEnded;
  /** Whether it was submitted with a stdin that stays open. */
  staysOpen;
  /** Bytes that the program's pipe has taken. */
  taken = 0;
  /** The offset of the byte that continues what was received. */
  next = 0;

  constructor({ stdin, stdinOpen }, pipe, onTaken) {
    this.staysOpen = stdinOpen === true;
    this.#isEnded = !this.staysOpen;
    this.#pipe = pipe;
    this.#onTaken = onTaken;
    this.next = Buffer.byteLength(stdin);
    this.#write(Buffer.from(stdin));
    if (this.#isEnded) this.#close();
  }

  /** Bytes from an offset on; what was received before is left out, and so is what there is no room for. */
  receive(offset, bytes) {
    if (offset > this.next || this.#isEnded) return;
    const fresh = bytes.subarray(this.next - offset, Math.max(0, this.taken + STDIN_BYTES - offset));
    this.next += fresh.length;
    this.#write(fresh);
  }

  end(offset) {
    if (offset !== this.next || this.#isEnded) return;
    this.#isEnded = true;
    this.#close();
  }

  #write(bytes) {
    if (bytes.length === 0 || !this.#pipe.writable) return;
    this.#pipe.write(bytes, (error) => {
      // The program does not want it.
      if (error) return;
      this.taken += bytes.length;
      if (this.staysOpen) this.#onTaken(this.taken);
    });
  }

  /** Behind what is still to be written. An end is not enough for a pipe, which is no socket and cannot be shut down. */
  #close() {
    this.#pipe.end();
    this.#pipe.destroySoon();
  }
}
