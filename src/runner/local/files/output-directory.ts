import { closeSync, constants, lstatSync, openSync, utimesSync } from 'node:fs';
import { Glob } from '../../../executions/files/glob.ts';
import type { FileSink } from '../../../executions/run.ts';
import { contentOf } from './content.ts';
import { openBelow } from './open-below.ts';
import { ReadingTime } from './reading-time.ts';
import { Walk } from './walk.ts';

/** What a file was like that the program was given. */
interface Mark {
  readonly inode: bigint;
  readonly bytes: bigint;
  readonly modifiedNs: bigint;
}

/** Seconds that files of the server are made to look older: whatever writes to one then gives it another time. */
const OLDER_S = 1;
const LATE = 'Looking for files and reading them took too long.';

/**
 * The directory of a program, held open: what is in it stays there when the jail around it is gone, until this is
 * disposed. Nothing is ever looked up by a path of more than one part (`openBelow`), and no link is followed, so that a
 * program which still runs, and swaps one thing for another, gets nothing out but its own files.
 */
export class OutputDirectory implements Disposable {
  readonly #descriptor: number;
  readonly #given = new Map<string, Mark>();
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
  }

  /**
   * Hands over the regular files below that the program has made or changed and that one of the globs matches, in the order
   * of their paths, and lists what else matches. Bounded in time, depth and number of entries. Rejects only when the
   * sink does.
   */
  async take(globs: readonly string[], sink: FileSink): Promise<void> {
    if (globs.length === 0) return;
    const time = new ReadingTime();
    const walk = new Walk({
      globs: globs.map((glob) => new Glob(glob)),
      isGiven: (path, stats) => this.#isGiven(path, stats),
      mayBeGiven: (path) => this.#given.has(path),
      sink,
      time,
    });
    const found = await walk.from(this.#descriptor);
    for (const [index, path] of found.entries()) {
      if (time.isOver) {
        sink.omitMore(found.length - index, LATE);
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

  #isGiven(path: string, stats: { ino: bigint; size: bigint; mtimeNs: bigint }): boolean {
    const given = this.#given.get(path);
    const { inode, bytes, modifiedNs } = markOf(stats);
    return given?.inode === inode && given.bytes === bytes && given.modifiedNs === modifiedNs;
  }
}

function markOf({ ino, size, mtimeNs }: { ino: bigint; size: bigint; mtimeNs: bigint }): Mark {
  return { inode: ino, bytes: size, modifiedNs: mtimeNs };
}

const NOTHING: AsyncIterable<Uint8Array> = {
  async *[Symbol.asyncIterator]() {},
};
