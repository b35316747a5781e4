import * as fs from 'node:fs';
import { performance } from 'node:perf_hooks';
import { FILE_ENTRIES, FILE_FOLDERS, FILE_LOOK_MS, FILE_PATH_BYTES, FILE_SLICE_MS } from './bounds.js';
import { Glob } from './glob.js';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_DIRECTORY } = fs.constants;
export const FOLDER = O_RDONLY | O_NOFOLLOW | O_DIRECTORY;
/** O_NONBLOCK: no wait for whoever writes to a named pipe. */
const FILE = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;

/**
 * Finds the regular files below a directory that globs match and a run has made or changed.
 *
 * Nothing is ever opened by a path of more than one name, and no link is followed: what still runs, and swaps one thing for
 * another, gets nothing out but what is in its directory.
 */
export class Walk {
  #globs;
  #isGiven;
  #steps;
  #seen = 0;
  #spentMs = 0;
  #found = [];
  #omitted = [];

  /** @param isGiven tells by path and status whether a run has not changed a file */
  constructor(globs, isGiven) {
    this.#globs = globs.map((glob) => new Glob(glob));
    this.#isGiven = isGiven;
  }

  begin(directory) {
    this.#steps = this.#into(directory, []);
  }

  /** Goes on for a moment. All that there is to tell once it has gone through all, with bytes or a problem; else null. */
  proceed() {
    const begun = performance.now();
    let problem = null;
    try {
      while (problem === null && !this.#steps.next().done) {
        const tookMs = performance.now() - begun;
        if (this.#seen > FILE_ENTRIES) problem = 'entries';
        else if (this.#spentMs + tookMs > FILE_LOOK_MS) problem = 'time';
        else if (tookMs > FILE_SLICE_MS) {
          this.#spentMs += tookMs;
          return null;
        }
      }
    } catch (error) {
      problem = whyUnopened(error);
    }
    this.close();
    if (problem !== null) this.#omit('…', problem);
    return [...this.#omitted, ...this.#found.sort(byPath)];
  }

  /** Leaves the folders that it has open. */
  close() {
    this.#steps?.return();
  }

  /** Yields after each entry of a folder and of those below it. */
  *#into(folder, above) {
    const entries = fs.opendirSync(`/proc/self/fd/${folder}`, { encoding: 'buffer' });
    try {
      for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) {
        this.#seen += 1;
        if (this.#seen <= FILE_ENTRIES) yield* this.#consider(folder, above, entry);
        yield;
      }
    } finally {
      entries.closeSync();
    }
  }

  *#consider(folder, above, entry) {
    const name = entry.name.toString();
    const isText = Buffer.from(name).equals(entry.name);
    const parts = [...above, name];
    const path = parts.join('/');
    if (entry.isDirectory()) {
      if (!this.#some((glob) => glob.leadsBelow(parts))) return;
      if (!isText) this.#omit(path, 'utf8');
      else if (parts.length > FILE_FOLDERS) this.#omit(path, 'deep');
      else yield* this.#enter(folder, parts, path);
    } else if (this.#some((glob) => glob.matches(parts))) {
      if (isText) this.#take(folder, name, path);
      else this.#omit(path, 'utf8');
    }
  }

  *#enter(folder, parts, path) {
    let below;
    try {
      below = fs.openSync(`/proc/self/fd/${folder}/${parts.at(-1)}`, FOLDER);
      yield* this.#into(below, parts);
    } catch (error) {
      this.#omit(path, whyUnopened(error));
    } finally {
      if (below !== undefined) fs.closeSync(below);
    }
  }

  #take(folder, name, path) {
    let status;
    try {
      status = fs.lstatSync(`/proc/self/fd/${folder}/${name}`, { bigint: true });
    } catch (error) {
      return this.#omit(path, whyUnopened(error));
    }
    if (!status.isFile()) this.#omit(path, kindOf(status));
    else if (this.#isGiven(path, status)) return;
    else if (Buffer.byteLength(path) > FILE_PATH_BYTES) this.#omit(path, 'long');
    else this.#found.push({ path, bytes: Number(status.size) });
  }

  /** Whether one glob fits; no more are asked than there is time for. */
  #some(fits) {
    const until = performance.now() + FILE_LOOK_MS - this.#spentMs;
    return this.#globs.some((glob) => performance.now() < until && fits(glob));
  }

  #omit(path, problem) {
    const bytes = Buffer.from(path);
    // Of a character that is cut in two nothing is left.
    const short = bytes.length <= FILE_PATH_BYTES ? path : bytes.toString('utf8', 0, FILE_PATH_BYTES);
    this.#omitted.push({
      path: bytes.length <= FILE_PATH_BYTES ? path : short.replace(/\uFFFD+$/, ''),
      problem,
    });
  }
}

/** A regular file's descriptor, opened name by name; or why there is none. */
export function openBelow(directory, path) {
  const folders = path.split('/');
  const name = folders.pop();
  let folder = directory;
  try {
    for (const below of folders) {
      const opened = fs.openSync(`/proc/self/fd/${folder}/${below}`, FOLDER);
      if (folder !== directory) fs.closeSync(folder);
      folder = opened;
    }
    const descriptor = fs.openSync(`/proc/self/fd/${folder}/${name}`, FILE);
    if (fs.fstatSync(descriptor).isFile()) return { descriptor, problem: null };
    fs.closeSync(descriptor);
    return { descriptor: null, problem: 'replaced' };
  } catch (error) {
    return { descriptor: null, problem: whyUnopened(error) };
  } finally {
    if (folder !== directory) fs.closeSync(folder);
  }
}

function kindOf(status) {
  if (status.isSymbolicLink()) return 'link';
  if (status.isFIFO()) return 'pipe';
  if (status.isSocket()) return 'socket';
  return status.isCharacterDevice() || status.isBlockDevice() ? 'device' : 'other';
}

const WHY_UNOPENED = {
  EACCES: 'denied',
  EPERM: 'denied',
  ENOENT: 'gone',
  ELOOP: 'replaced',
  ENOTDIR: 'replaced',
};

function whyUnopened({ code }) {
  return WHY_UNOPENED[code] ?? 'unopened';
}

/** By their code points, as bytes are. */
function byPath(one, other) {
  return Buffer.compare(Buffer.from(one.path), Buffer.from(other.path));
}
