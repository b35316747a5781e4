import { performance } from 'node:perf_hooks';
import { CHUNK_BYTES, EARLY_CHUNKS, GATHER_LONG_MS, GATHER_MS, JSON_BYTES } from './bounds.js';

const encoder = new TextEncoder();
const scratch = new Uint8Array(CHUNK_BYTES);

/**
 * Makes chunks of the bytes of two streams. The first line goes out at once; what follows within the gathering time goes
 * out together at its end, or when it fills a chunk. Text without a newline waits for the rest of its line for at most
 * that time, which is short until a program has used its budget of chunks.
 */
export class Chunker {
  #outlet;
  #onLimit;
  #bytesLeft;
  // A byte order mark is text like any other here.
  #decoders = [1, 2].map(() => new TextDecoder('utf-8', { ignoreBOM: true }));
  /** Whole lines in order of arrival; neighbours are of different streams. */
  #lines = [];
  /** UTF-16 code units in `#lines`. */
  #length = 0;
  /** For each stream the beginning of a line whose rest has not come. */
  #tails = [null, null];
  #lastOutput = Number.NEGATIVE_INFINITY;
  #timer = null;
  #due = Number.POSITIVE_INFINITY;
  isTruncated = false;

  constructor(outlet, outputBytes, onLimit) {
    this.#outlet = outlet;
    this.#bytesLeft = outputBytes;
    this.#onLimit = onLimit;
  }

  push(stream, bytes) {
    if (this.isTruncated) return;
    const text = this.#decoders[stream - 1].decode(bytes, { stream: true });
    if (text !== '') this.#add(stream, text);
    this.#proceed();
  }

  /** A display in order with what is printed; never parted: one that passes the limit is dropped. */
  display(display) {
    this.#promoteTails(Number.POSITIVE_INFINITY);
    this.#handOut(1);
    if (this.isTruncated) return;
    const texts = [display.text, ...display.parts.map(({ data }) => data)];
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    this.isTruncated = bytes > this.#bytesLeft;
    if (this.isTruncated) return this.#onLimit();
    this.#bytesLeft -= bytes;
    this.#outlet.display(Date.now(), JSON.stringify(display).replace(NOT_ASCII, escaped));
    this.#outlet.flush();
  }

  end() {
    for (const stream of [1, 2]) {
      const rest = this.isTruncated ? '' : this.#decoders[stream - 1].decode();
      if (rest !== '') this.#add(stream, rest);
    }
    this.#promoteTails(Number.POSITIVE_INFINITY);
    this.#handOut(1);
    this.#wakeAt(Number.POSITIVE_INFINITY);
  }

  #add(stream, text) {
    const tail = this.#tails[stream - 1] ?? { stream, text: '', at: Date.now(), since: performance.now() };
    tail.text += text;
    this.#tails[stream - 1] = tail;
    const end = text.lastIndexOf('\n') + 1;
    if (end > 0) {
      const rest = text.slice(end);
      if (rest !== '') tail.text = tail.text.slice(0, -rest.length);
      this.#promote(tail);
      if (rest !== '') {
        this.#tails[stream - 1] = { stream, text: rest, at: Date.now(), since: performance.now() };
      }
    }
    const rest = this.#tails[stream - 1];
    if (rest !== null && rest.text.length >= CHUNK_BYTES) this.#promote(rest);
  }

  #promote(tail) {
    this.#tails[tail.stream - 1] = null;
    const last = this.#lines.at(-1);
    if (last?.stream === tail.stream) last.text += tail.text;
    else this.#lines.push(tail);
    this.#length += tail.text.length;
  }

  #promoteTails(until) {
    for (const tail of this.#tails) if (tail !== null && tail.since <= until) this.#promote(tail);
  }

  #proceed() {
    const now = performance.now();
    const gatherMs = this.#outlet.last < EARLY_CHUNKS ? GATHER_MS : GATHER_LONG_MS;
    const linesDue = this.#lastOutput + gatherMs;
    const tailDue = Math.max(this.#oldestTail() + GATHER_MS, linesDue);
    if (tailDue <= now) this.#promoteTails(now - GATHER_MS);
    if (linesDue <= now) this.#handOut(1);
    else if (this.#length >= CHUNK_BYTES) this.#handOut(CHUNK_BYTES);
    const nextDue = this.#lastOutput + gatherMs;
    this.#wakeAt(this.#length > 0 ? nextDue : Math.max(this.#oldestTail() + GATHER_MS, nextDue));
  }

  #oldestTail() {
    return Math.min(...this.#tails.map((tail) => tail?.since ?? Number.POSITIVE_INFINITY));
  }

  #wakeAt(due) {
    if (this.#timer !== null && this.#due <= due && due !== Number.POSITIVE_INFINITY) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#due = due;
    if (due === Number.POSITIVE_INFINITY || this.isTruncated) return;
    // Timers count whole milliseconds and may be a fraction early.
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#proceed();
      },
      Math.max(1, Math.ceil(due - performance.now())),
    );
  }

  /** Hands out whole chunks while at least `atLeast` code units are there. */
  #handOut(atLeast) {
    if (this.isTruncated || this.#length < atLeast) return;
    while (this.#length >= atLeast && !this.isTruncated) this.#handOutOne();
    this.#lastOutput = performance.now();
    this.#outlet.flush();
    if (!this.isTruncated) return;
    this.#lines = [];
    this.#tails = [null, null];
    this.#length = 0;
    this.#onLimit();
  }

  #handOutOne() {
    const segment = this.#lines[0];
    let most = CHUNK_BYTES;
    let text;
    let json;
    for (;;) {
      text = beginning(segment.text, most);
      json = JSON.stringify(text);
      const bytes = Buffer.byteLength(json);
      // With many escapes the JSON is up to six times the text.
      if (bytes <= JSON_BYTES) break;
      most = Math.floor((Math.min(most, Buffer.byteLength(text)) * (JSON_BYTES - 80)) / bytes);
    }
    let bytes = Buffer.byteLength(text);
    this.#length -= text.length;
    if (text.length === segment.text.length) this.#lines.shift();
    else segment.text = segment.text.slice(text.length);
    if (bytes > this.#bytesLeft) {
      this.isTruncated = true;
      text = fitting(text, this.#bytesLeft);
      bytes = Buffer.byteLength(text);
      json = JSON.stringify(text);
    }
    this.#bytesLeft -= bytes;
    if (text !== '') this.#outlet.chunk(segment.stream, segment.at, json);
  }
}

const NOT_ASCII = /[^\x20-\x7e]/g;

function escaped(character) {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The longest beginning of `text` that takes at most `most` bytes of UTF-8; no character is parted. */
function fitting(text, most) {
  return text.slice(0, encoder.encodeInto(text, scratch.subarray(0, most)).read);
}

/** As `fitting`; when not all of it fits it ends after the last newline that does, where there is one. */
function beginning(text, most) {
  const fits = fitting(text, most);
  if (fits.length === text.length) return fits;
  const end = fits.lastIndexOf('\n') + 1;
  return end > 0 ? fits.slice(0, end) : fits;
}
