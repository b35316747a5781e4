import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { DISPLAY_PIECE, FLUSH_MS, MAX_ANSWERS, WRITE_LENGTH } from './bounds.js';

/**
 * Writes frames to stdout, in order and never more than stdout takes, and holds chunks until they are acknowledged. To
 * repeat is to go back in what is held, so that it costs no memory however often it is requested.
 */
export class Outlet {
  /** Stands at the end of each frame of a run. */
  #tag = '';
  #start = null;
  #end = null;
  #startIsSent = true;
  #endIsSent = true;
  /** How much of an open stdin the program's pipe has taken, when that was not sent yet. */
  #taken = null;
  /** Answers not yet sent. */
  #answers = [];
  /** Frames of the chunks after `#acknowledged`. */
  #held = [];
  #acknowledged = 0;
  #sent = 0;
  #isFull = false;
  last = 0;
  heldBytes = 0;
  /** The files that the program left: frames of them are made when there is room for them. */
  files = null;
  /** Called when something was acknowledged. */
  onRoom = () => {};

  constructor() {
    process.stdout.on('drain', () => {
      this.#isFull = false;
      this.#send();
    });
    // Nobody will ever read it.
    process.stdout.on('error', () => process.exit(1));
  }

  /** A run begins: what was held of the last one is dropped. `ordinal`: the run's in a session, null elsewhere. */
  begin(ordinal) {
    this.#tag = ordinal === null ? '' : `,"r":${ordinal}`;
    this.#start = null;
    this.#end = null;
    this.#startIsSent = true;
    this.#endIsSent = true;
    this.#taken = null;
    this.#held = [];
    this.#acknowledged = 0;
    this.#sent = 0;
    this.last = 0;
    this.heldBytes = 0;
    this.files = null;
    this.onRoom = () => {};
  }

  /** A server repeats what got no answer; of answers that cannot go out the newest are enough. */
  answer(frame) {
    if (this.#answers.length === MAX_ANSWERS) this.#answers.shift();
    this.#answers.push(`${JSON.stringify(frame)}\n`);
    this.#send();
  }

  /** Resolves when stdout has taken it, with all that came before. */
  async start(frame) {
    this.#start = this.#tagged(frame);
    this.#startIsSent = false;
    this.#send();
    await this.#written();
  }

  taken(offset) {
    this.#taken = offset;
    this.#send();
  }

  end(frame) {
    this.#end = this.#tagged(frame);
    this.#endIsSent = false;
    this.#send();
  }

  /** Adds a chunk; `flush` sends it. */
  chunk(stream, at, json) {
    this.#hold(`{"type":"out","n":${this.last + 1},"s":${stream},"at":${at},"d":${json}${this.#tag}}\n`);
  }

  /** Adds a display, text of JSON in ASCII, in as many frames as it takes; one chunk. */
  display(at, text) {
    const head = `{"type":"out","n":${this.last + 1},"s":3,"at":${at},"d":`;
    let frames = '';
    for (let start = 0, index = 0; start < text.length; start += DISPLAY_PIECE, index += 1) {
      const piece = JSON.stringify(text.slice(start, start + DISPLAY_PIECE));
      const more = start + DISPLAY_PIECE < text.length ? ',"more":true' : '';
      frames += `${head}${piece},"i":${index}${more}${this.#tag}}\n`;
    }
    this.#hold(frames);
  }

  #hold(frame) {
    this.last += 1;
    const bytes = Buffer.byteLength(frame);
    this.#held.push({ frame, bytes });
    this.heldBytes += bytes;
  }

  #tagged(frame) {
    return `${JSON.stringify(frame).slice(0, -1)}${this.#tag}}\n`;
  }

  flush() {
    this.#send();
  }

  acknowledge(number) {
    const count = Math.min(number, this.last) - this.#acknowledged;
    if (!(count > 0)) return;
    for (const { bytes } of this.#held.splice(0, count)) this.heldBytes -= bytes;
    this.#acknowledged += count;
    this.#sent = Math.max(this.#sent, this.#acknowledged);
    this.onRoom();
  }

  repeatAfter(number) {
    this.#startIsSent = this.#start === null;
    this.#endIsSent = this.#end === null;
    this.#sent = Math.max(this.#acknowledged, Math.min(this.#sent, number));
    this.#send();
  }

  /** Resolves when all was written, or cannot be in time. */
  async flushed() {
    await Promise.race([this.#written(), sleep(FLUSH_MS)]);
  }

  /** Resolves when stdout has taken everything. */
  async #written() {
    while (this.#isFull) await once(process.stdout, 'drain');
    await new Promise((resolve) => process.stdout.write('', resolve));
  }

  #send() {
    while (!this.#isFull) {
      const text = this.#next();
      if (text === '') return;
      this.#isFull = !process.stdout.write(text);
    }
  }

  #next() {
    if (this.#answers.length > 0) return this.#answers.splice(0).join('');
    if (!this.#startIsSent) {
      this.#startIsSent = true;
      return this.#start;
    }
    if (this.#taken !== null) {
      const frame = `{"type":"stdin","taken":${this.#taken}${this.#tag}}\n`;
      this.#taken = null;
      return frame;
    }
    let text = '';
    while (this.#sent < this.last && text.length < WRITE_LENGTH) {
      text += this.#held[this.#sent - this.#acknowledged].frame;
      this.#sent += 1;
    }
    if (text !== '') return text;
    if (!this.#endIsSent) {
      this.#endIsSent = true;
      return this.#end;
    }
    while (this.files?.hasUnsent && text.length < WRITE_LENGTH) {
      text += `${JSON.stringify(this.files.nextFields())}\n`;
    }
    return text;
  }
}
