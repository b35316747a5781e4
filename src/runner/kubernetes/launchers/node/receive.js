import { createHash } from 'node:crypto';
import { HEAD_BYTES, LINE_BYTES } from './bounds.js';

/** Parts a byte stream into lines without copying a line more than once. */
export class Lines {
  #parts = [];
  #length = 0;
  #isTooLong = false;
  #onLine;

  constructor(onLine) {
    this.#onLine = onLine;
  }

  push(bytes) {
    let start = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
      this.#add(bytes.subarray(start, end));
      const line = this.#isTooLong ? null : Buffer.concat(this.#parts);
      this.#forget();
      this.#isTooLong = false;
      start = end + 1;
      if (line !== null) this.#onLine(line);
    }
    this.#add(bytes.subarray(start));
  }

  #add(part) {
    if (this.#isTooLong || part.length === 0) return;
    this.#parts.push(part);
    this.#length += part.length;
    if (this.#length <= LINE_BYTES) return;
    this.#isTooLong = true;
    this.#forget();
  }

  #forget() {
    this.#parts = [];
    this.#length = 0;
  }
}

/** What base64 stands for; null when it is not whole. A stream that broke may leave a beginning. */
export function parseBytes(text) {
  return /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/.test(text)
    ? Buffer.from(text, 'base64')
    : null;
}

/** The payload of a line `run ID LENGTH SHA256 JSON`, or of one that begins with `session`; null when it did not arrive whole. */
export function parsePayload(line) {
  const header = line.toString('latin1', 0, Math.min(line.length, HEAD_BYTES));
  const fields = /^(run|session) \S+ (\d+) ([0-9a-f]{64}) /.exec(header);
  if (fields === null) return null;
  const [{ length }, word, bytes, hash] = fields;
  const json = line.subarray(length);
  if (json.length !== Number(bytes) || createHash('sha256').update(json).digest('hex') !== hash) return null;
  try {
    const payload = JSON.parse(json.toString());
    const { fileName, code, args, stdin, files, env, limits, epoch } = payload;
    if (word === 'session') return [files, env].every(Array.isArray) && epoch >= 0 ? payload : null;
    const isWhole =
      [fileName, code, stdin].every((text) => typeof text === 'string') &&
      [args, files, env].every(Array.isArray) &&
      [limits.timeoutMs, limits.memoryMb, limits.outputBytes].every((limit) => limit > 0);
    return isWhole ? payload : null;
  } catch {
    return null;
  }
}
