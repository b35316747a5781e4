import * as fs from 'node:fs';
import { performance } from 'node:perf_hooks';
import {
  DISK_BYTES,
  DISK_DESCRIPTORS,
  DISK_FILES,
  DISK_FIRST_MS,
  DISK_OFTEN_MS,
  DISK_PAUSE,
  DISK_PAUSE_URGENT,
  DISK_RARELY_MS,
  DISK_SLICE_MS,
  DISK_STEP,
  DISK_STEP_FILES,
  MiB,
} from './bounds.js';
import { memoryOf, selfCpuMs } from './proc.js';
import { directory, isInit, TEMPORARY } from './start.js';

/**
 * Samples what a program's files take of the disk, those it has removed and still holds open among them. The free space
 * of the file system costs nothing to read, so that is what each sample reads; a pass through the files follows when it
 * shrinks, and at intervals, because others write and remove there too.
 */
export class Disk {
  #processes;
  // Process 1 alone has a /tmp for itself.
  #places = isInit ? [directory, TEMPORARY, '/dev/termination-log'] : [directory];
  #free = { bytes: 0, files: 0 };
  #freeAtStart = this.#freeSpace();
  #freeAtPass = this.#freeAtStart;
  /** The pass that goes on. */
  #underWay = null;
  /** Whether something cannot be read: what the disk has less since the start then counts. */
  #isBlind = false;
  /** Processor time of the pass, milliseconds. */
  #spent = 0;
  /** What the pass before has found, bytes. */
  #used = 0;
  #interval = DISK_OFTEN_MS;
  #nextRegular = performance.now() + DISK_FIRST_MS;
  #nextUrgent = 0;
  #nextSlice = 0;

  /** @param processes gives the numbers of all that count */
  constructor(processes) {
    this.#processes = processes;
  }

  /** Whether the limit is exceeded, as far as is known yet. */
  sample() {
    const now = performance.now();
    if (now < this.#nextSlice) return false;
    const free = this.#freeSpace();
    const { bytes, files } = this.#freeAtPass;
    const isUrgent = bytes - free.bytes >= DISK_STEP || files - free.files >= DISK_STEP_FILES;
    if (this.#underWay === null) {
      if (now < (isUrgent ? this.#nextUrgent : this.#nextRegular)) return false;
      this.#underWay = this.#measure();
      this.#freeAtPass = free;
      this.#spent = 0;
    }
    const before = selfCpuMs();
    const { used, isWhole } = this.#proceed(now + DISK_SLICE_MS);
    const spent = selfCpuMs() - before;
    this.#spent += spent;
    const lost = this.#isBlind ? this.#freeAtStart.bytes - free.bytes : 0;
    if (Math.max(used, lost) > DISK_BYTES) return true;
    if (!isWhole) {
      this.#nextSlice = now + spent * DISK_PAUSE_URGENT;
      return false;
    }
    this.#underWay = null;
    this.#interval = used > this.#used + MiB ? DISK_OFTEN_MS : Math.min(2 * this.#interval, DISK_RARELY_MS);
    this.#used = used;
    this.#nextRegular = now + Math.max(this.#interval, this.#spent * DISK_PAUSE);
    this.#nextUrgent = now + this.#spent * DISK_PAUSE_URGENT;
    return false;
  }

  /** Leaves the pass that goes on, and the directory it has open. */
  close() {
    this.#underWay?.return();
  }

  /** Goes on with the pass for a moment: the bytes found, and whether that is all there is. */
  #proceed(until) {
    for (let turn = 1; ; turn++) {
      const { value: used, done: isWhole } = this.#underWay.next();
      if (isWhole || used > DISK_BYTES) return { used, isWhole };
      if (turn % 16 === 0 && performance.now() >= until) return { used, isWhole };
    }
  }

  #freeSpace() {
    try {
      const { bfree, bsize, ffree } = fs.statfsSync(directory);
      this.#free = { bytes: bfree * bsize, files: ffree };
    } catch {
      // It may be gone.
    }
    return this.#free;
  }

  /** Yields the bytes found so far, after each file, and returns them; infinity when there are too many files. */
  *#measure() {
    this.#isBlind = false;
    let used = 0;
    let files = 0;
    let descriptors = 0;
    const devices = new Set();
    const counted = new Set();
    // A file with several names is one, and so is one that lost its name since it was counted.
    const newBytes = ({ dev, ino, blocks }) => {
      const { size } = counted;
      return counted.add(`${dev} ${ino}`).size > size ? 512 * blocks : 0;
    };
    for (const place of this.#places) {
      for (const status of this.#filesBelow(Buffer.from(place))) {
        if (status === null) files += 1;
        else {
          devices.add(status.dev);
          used += newBytes(status);
        }
        yield files > DISK_FILES ? Number.POSITIVE_INFINITY : used;
      }
    }
    for (const pid of this.#processes()) {
      for (const { status, link } of this.#openFiles(pid)) {
        descriptors += 1;
        if (status.isFile() && devices.has(status.dev) && isNameless(status, link)) used += newBytes(status);
        yield descriptors > DISK_DESCRIPTORS ? Number.POSITIVE_INFINITY : used;
      }
    }
    return used;
  }

  /**
   * Yields null for each file below `place`, then its status, and that of `place`. No link is followed, and no other file
   * system is entered. Names come first: they cost little, in gVisor a tenth of a status.
   */
  *#filesBelow(place) {
    const top = this.#statusOf(place);
    if (top === null) return;
    yield top;
    const ahead = top.isDirectory() ? [place] : [];
    for (let path = ahead.pop(); path !== undefined; path = ahead.pop()) {
      const found = [];
      try {
        for (const below of namesIn(path)) {
          found.push(below);
          yield null;
        }
      } catch (error) {
        this.#consider(error);
      }
      for (const below of found) {
        const status = this.#statusOf(below);
        if (status === null || status.dev !== top.dev) continue;
        yield status;
        if (status.isDirectory()) ahead.push(below);
      }
    }
  }

  #statusOf(path) {
    try {
      return fs.lstatSync(path, { throwIfNoEntry: false }) ?? null;
    } catch (error) {
      this.#consider(error);
      return null;
    }
  }

  /** It was removed meanwhile; or is closed to us, its path is too long, or no descriptor is left to us. */
  #consider(error) {
    if (!['ENOENT', 'ENOTDIR'].includes(error.code)) this.#isBlind = true;
  }

  /** The status of what a process holds open, and its path in /proc. */
  *#openFiles(pid) {
    try {
      for (const link of namesIn(Buffer.from(`/proc/${pid}/fd`))) {
        const status = fs.statSync(link, { throwIfNoEntry: false });
        if (status !== undefined) yield { status, link };
      }
    } catch (error) {
      // What has no memory any more has ended; others hide what they hold.
      if (error.code !== 'ENOENT' && memoryOf(pid) !== null) this.#isBlind = true;
    }
  }
}

/** Whether an open file was removed; `link` is that of a descriptor. gVisor shows it in the latter alone. */
function isNameless({ nlink }, link) {
  try {
    return nlink === 0 || fs.readlinkSync(link).endsWith(' (deleted)');
  } catch {
    return false;
  }
}

const SLASH = Buffer.from('/');

/** Paths in a directory, as bytes: names need not be text. */
function* namesIn(path) {
  const opened = fs.opendirSync(path, { encoding: 'buffer' });
  try {
    for (let entry = opened.readSync(); entry !== null; entry = opened.readSync()) {
      yield Buffer.concat([path, SLASH, entry.name]);
    }
  } finally {
    opened.closeSync();
  }
}
