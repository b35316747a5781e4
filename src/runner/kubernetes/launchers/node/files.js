import * as fs from 'node:fs';
import { FILE_READ_BYTES, LISTING_BYTES, PART_BYTES } from './bounds.js';
import { FOLDER, openBelow, Walk } from './walk.js';

/**
 * The files of one run: found once it has ended, told by their paths, and read as the server asks for them. *off* at first,
 * *looking* from `begin` on, *listed* when all was gone through.
 */
export class OutputFiles {
  #id;
  /** Its descriptor; null when no files are wanted. */
  #directory;
  #walk;
  #given = new Map();
  /** What was not touched from then on is not the run's, nanoseconds; null: all is but what was given. */
  #since = null;
  isLooking = false;
  /** All that there is to tell; null before it is *listed*. */
  #entries = null;
  /** The entry from which on the server wants to be told. */
  #asked = null;
  /** What is to be read: of which entry, from where and up to where. */
  #range = null;
  /** The entry that is open, its descriptor, and why it could not be opened. */
  #file = null;

  /** @param id of the run @param path of its directory */
  constructor(id, path, globs) {
    this.#id = id;
    this.#directory = globs.length > 0 ? fs.openSync(path, FOLDER) : null;
    this.#walk = new Walk(globs, (file, status) => this.#isGiven(file, status));
  }

  /** A file was written for the run: it counts as the run's own once that has changed it. */
  give(path) {
    if (this.#directory === null) return;
    const file = `/proc/self/fd/${this.#directory}/${path}`;
    // Whatever writes to it then gives it another time.
    const older = Math.floor(Date.now() / 1000) - 1;
    fs.utimesSync(file, older, older);
    const { size, mtimeNs } = fs.lstatSync(file, { bigint: true });
    this.#given.set(path, { size, mtimeNs });
  }

  /** All that is in the directory now is not the run's, unless it is changed after this. */
  mark() {
    if (this.#directory !== null) this.#since = fileTime(this.#directory);
  }

  /** To be called when the run has ended. @param hasRun whether its program was started at all */
  begin(hasRun) {
    if (this.#directory === null || !hasRun) {
      this.#entries = [];
      return;
    }
    this.isLooking = true;
    this.#walk.begin(this.#directory);
    this.proceed();
  }

  /** Goes on looking for a moment. */
  proceed() {
    if (!this.isLooking) return;
    this.#entries = this.#walk.proceed();
    this.isLooking = this.#entries === null;
  }

  /** Of the `end` frame. */
  fields() {
    return this.#directory === null ? {} : { files: this.#entries?.length ?? null };
  }

  /** The server wants to be told of the entries from one on. */
  listFrom(index) {
    this.#asked = index;
  }

  /**
   * The server wants a part of a file. One that goes on where the part before it ends is added to that, any other takes
   * its place.
   */
  read(index, at, end) {
    if (this.#entries?.[index] === undefined || end <= at) return;
    const isNext = this.#range?.index === index && this.#range.end === at;
    const from = isNext ? this.#range.at : at;
    this.#range = { index, at: from, end: Math.min(end, from + FILE_READ_BYTES) };
  }

  get hasUnsent() {
    return this.#entries !== null && (this.#asked !== null || this.#range !== null);
  }

  /** What the frame has that is due; to be called only while there `hasUnsent`. */
  nextFields() {
    if (this.#asked !== null) {
      const from = this.#asked;
      this.#asked = null;
      return { type: 'files', id: this.#id, ...this.#listing(from) };
    }
    const { index, at, end } = this.#range;
    this.#range = null;
    const { data, problem } = this.#content(index, at, Math.min(PART_BYTES, end - at));
    if (data?.length > 0 && at + data.length < end) this.#range = { index, at: at + data.length, end };
    const content = problem === null ? { d: data.toString('base64') } : { problem };
    return { type: 'file', id: this.#id, index, at, ...content };
  }

  /** Nothing more is told or read. */
  close() {
    this.#asked = null;
    this.#range = null;
    this.isLooking = false;
    this.#walk.close();
    this.#closeFile();
    if (this.#directory !== null) fs.closeSync(this.#directory);
    this.#directory = null;
  }

  /** Whether the run has not changed it. A program can set any time of a file but the one that `#since` is compared with. */
  #isGiven(path, { size, mtimeNs, ctimeNs }) {
    if (this.#since !== null && ctimeNs < this.#since) return true;
    const given = this.#given.get(path);
    return given?.size === size && given.mtimeNs === mtimeNs;
  }

  #listing(from) {
    const entries = [];
    let bytes = 0;
    for (const entry of this.#entries.slice(from)) {
      bytes += Buffer.byteLength(JSON.stringify(entry)) + 1;
      if (bytes > LISTING_BYTES) break;
      entries.push(entry);
    }
    return { from, total: this.#entries.length, entries };
  }

  /** Some bytes of a file, or why there are none. */
  #content(index, at, length) {
    if (this.#file?.index !== index) {
      this.#closeFile();
      this.#file = { index, ...openBelow(this.#directory, this.#entries[index].path) };
    }
    const { descriptor, problem } = this.#file;
    if (problem !== null) return { data: null, problem };
    try {
      const data = Buffer.allocUnsafe(length);
      return { data: data.subarray(0, fs.readSync(descriptor, data, 0, length, at)), problem: null };
    } catch {
      return { data: null, problem: 'unread' };
    }
  }

  #closeFile() {
    const descriptor = this.#file?.descriptor ?? null;
    if (descriptor !== null) fs.closeSync(descriptor);
    this.#file = null;
  }
}

/**
 * A time of the directory's file system after that of all that was written there before, and not after that of what will
 * be, nanoseconds; null where it has none. Where its clock ticks this waits for the next tick, 20 ms at most.
 */
function fileTime(directory) {
  // Times can be set of what is one's own alone, which a pod's directory is not.
  const mark = `/proc/self/fd/${directory}/.podline-${process.pid}`;
  const touch = () => {
    fs.writeFileSync(mark, '', { flag: 'wx' });
    fs.rmSync(mark);
    return fs.fstatSync(directory, { bigint: true }).ctimeNs;
  };
  try {
    const before = touch();
    for (let turn = 0; turn < 20; turn++) {
      const now = touch();
      if (now > before) return now;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
    return before;
  } catch {
    return null;
  }
}
