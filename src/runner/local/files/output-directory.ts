import {
  type BigIntStats,
  closeSync,
  constants,
  lstatSync,
  openSync,
  statfsSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { UnreadableFileError } from '../../../executions/errors.ts';
import { Glob } from '../../../executions/files/glob.ts';
import type { FileSink } from '../../../executions/run.ts';
import { TOO_LATE } from '../../run/files/problems.ts';
import { type OpenedFile, openBelow } from './open-below.ts';
import { ReadingTime } from './reading-time.ts';
import { Walk } from './walk.ts';

/** What a file was like that the program was given. */
interface Mark {
  readonly inode: bigint;
  readonly bytes: bigint;
  readonly modifiedNs: bigint;
  /** Names that lead to it. */
  readonly names: bigint;
}

/** Bytes read at once. */
const READ_BYTES = 256 * 1024;
/** Seconds that files of the server are made to look older: whatever writes to one then gives it another time. */
const OLDER_S = 1;

/**
 * The directory of a program, held open: what is in it stays there when the jail around it is gone, until this is
 * disposed. Nothing is ever looked up by a path of more than one part (`openBelow`), and no link is followed, so that a
 * program which still runs, and swaps one thing for another, gets nothing out but its own files.
 */
export class OutputDirectory implements Disposable {
  readonly #descriptor: number;
  readonly #given = new Map<string, Mark>();
  /** Files and folders of its file system when the program had made none. */
  #inodes = 0;
  /** What was not touched since then is given too, nanoseconds; null: all is the program's but for what was given. */
  #sinceNs: bigint | null = null;
  #isOpen = true;

  /** @param directory of a program that has not started. Throws what the file system does. */
  constructor(directory: string) {
    this.#descriptor = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  }

  /** These files are given to the program: they count as its own once it has changed them. Throws what the file system does. */
  give(paths: readonly string[]): void {
    const older = Date.now() / 1000 - OLDER_S;
    for (const path of paths) {
      const file = `/proc/self/fd/${this.#descriptor}/${path}`;
      utimesSync(file, older, older);
      this.#given.set(path, markOf(lstatSync(file, { bigint: true })));
    }
    this.#inodes = this.#countInodes();
  }

  /**
   * All that is there now is given to the program, which shares the directory with others that came before; and copies of
   * these files, which are made with their times.
   * @param copies by their paths in the directory, where they are copied from
   * @param mark a file that is written, to know the file systems' time by
   * @throws what the file system does
   */
  giveAll(copies: ReadonlyMap<string, string>, mark: string): void {
    for (const [path, from] of copies) this.#given.set(path, markOf(lstatSync(from, { bigint: true })));
    // Once its time has been read, the next change gets one of its own where the kernel has them finer than its ticks.
    writeFileSync(mark, '');
    lstatSync(mark);
    writeFileSync(mark, '');
    this.#sinceNs = lstatSync(mark, { bigint: true }).ctimeNs;
  }

  /**
   * Hands over the regular files below that the program has made or changed and that one of the globs matches, in the order
   * of their paths, and lists what else matches. Bounded in time, depth and number of entries. Rejects only when the
   * sink does.
   */
  async take(globs: readonly string[], sink: FileSink): Promise<void> {
    if (globs.length === 0 || this.#isUntouched()) return;
    const time = new ReadingTime();
    const walk = new Walk({
      globs: globs.map((glob) => new Glob(glob)),
      isGiven: (path, stats) => this.#isGiven(path, stats),
      mayBeGiven: (path) => this.#sinceNs !== null || this.#given.has(path),
      sink,
      time,
    });
    const found = await walk.from(this.#descriptor);
    for (const [index, path] of found.entries()) {
      if (time.isOver) {
        sink.omitMore(found.length - index, TOO_LATE);
        return;
      }
      await this.#hand(path, sink, time);
    }
  }

  [Symbol.dispose](): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#descriptor);
  }

  /**
   * Whether the program has left all as it was, as most do: then there is nothing to walk through. What is told at once of a
   * file system that this directory is all of (in memory): as many files and folders as before, with those that were given.
   */
  #isUntouched(): boolean {
    if (this.#sinceNs !== null) return false;
    try {
      return (
        this.#countInodes() === this.#inodes && [...this.#given.keys()].every((path) => this.#isKept(path))
      );
    } catch {
      return false;
    }
  }

  #isKept(path: string): boolean {
    const stats = lstatSync(`/proc/self/fd/${this.#descriptor}/${path}`, { bigint: true });
    return this.#isGiven(path, stats) && stats.nlink === this.#given.get(path)?.names;
  }

  #countInodes(): number {
    const { files, ffree } = statfsSync(`/proc/self/fd/${this.#descriptor}`);
    return files - ffree;
  }

  async #hand(path: string, sink: FileSink, time: ReadingTime): Promise<void> {
    if (sink.isFull) {
      await sink.keep(path, 0, NOTHING);
      return;
    }
    const opened = await time.of(openBelow(this.#descriptor, path.split('/')));
    if (typeof opened === 'string') {
      sink.omit(path, opened);
      return;
    }
    try {
      await sink.keep(path, opened.bytes, contentOf(opened, time));
    } finally {
      await opened.file.close();
    }
  }

  #isGiven(path: string, stats: BigIntStats): boolean {
    const given = this.#given.get(path);
    const { inode, bytes, modifiedNs } = markOf(stats);
    if (this.#sinceNs !== null) {
      const isCopy = given?.bytes === bytes && given.modifiedNs === modifiedNs;
      // A program can set any time of a file but this one.
      return isCopy || stats.ctimeNs < this.#sinceNs;
    }
    return given?.inode === inode && given.bytes === bytes && given.modifiedNs === modifiedNs;
  }
}

function markOf({ ino, size, mtimeNs, nlink }: BigIntStats): Mark {
  return { inode: ino, bytes: size, modifiedNs: mtimeNs, names: nlink };
}

/**
 * The content of a file up to the size it had when it was opened; each part is overwritten by the next.
 * @throws UnreadableFileError
 */
async function* contentOf({ file, bytes }: OpenedFile, time: ReadingTime): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(Math.min(bytes, READ_BYTES));
  for (let position = 0; position < bytes; ) {
    if (time.isOver) throw new UnreadableFileError('It could not be read in time.');
    const length = Math.min(buffer.length, bytes - position);
    const { bytesRead } = await time.of(file.read(buffer, 0, length, position));
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}

const NOTHING: AsyncIterable<Uint8Array> = {
  async *[Symbol.asyncIterator]() {},
};
