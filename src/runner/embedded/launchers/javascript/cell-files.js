/** As they are before a program may have put others in their place. */
const { lstatSync, mkdirSync, openSync, readDirSync, readFileSync, removeSync, writeFileSync } = Deno;
/** Entries of the working directory that are looked at; of more the rest is not carried over. */
const MAX_ENTRIES = 4096;
/** Bytes of a file that one message carries. */
const FILE_BYTES = 256 * 1024;
const LINE_FEED = 10;

/** The files of a session in this process's working directory: what others changed, and what a cell has changed. */
export class CellFiles {
  #root = Deno.cwd();
  #known = new Map();

  /** Applies a change that was made in another process of the session: a line of JSON, and a part of a file. */
  apply(bytes) {
    const end = bytes.indexOf(LINE_FEED);
    const { type, path, at } = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
    const file = `${this.#root}/${path}`;
    try {
      if (type === 'removed') {
        removeSync(file, { recursive: true });
        return;
      }
      mkdirSync(type === 'directory' ? file : file.slice(0, file.lastIndexOf('/')), { recursive: true });
      if (type === 'file') writePart(file, at, bytes.subarray(end + 1));
    } catch {
      // The program has something else of that name, or there is no room for it: then it stays as it is.
    }
  }

  /** What is there now counts as known. */
  reset() {
    this.#known = this.#look();
  }

  /** What has changed since, as messages: removed ones first, directories before what is in them. */
  *changes() {
    const before = this.#known;
    this.reset();
    for (const [path, { isDirectory }] of before) {
      if (this.#known.get(path)?.isDirectory !== isDirectory) yield { message: { type: 'removed', path } };
    }
    for (const [path, { isDirectory, mark }] of this.#known) {
      if (before.get(path)?.mark === mark) continue;
      if (isDirectory) {
        yield { message: { type: 'directory', path } };
        continue;
      }
      const content = read(`${this.#root}/${path}`);
      for (let at = 0; content !== null && (at === 0 || at < content.length); at += FILE_BYTES) {
        yield { message: { type: 'file', path, at }, body: content.subarray(at, at + FILE_BYTES) };
      }
    }
  }

  #look() {
    const found = new Map();
    const walk = (folder) => {
      for (const { name, isFile, isDirectory } of list(`${this.#root}/${folder}`)) {
        if (found.size >= MAX_ENTRIES) return;
        const path = `${folder}${name}`;
        if (isDirectory) {
          found.set(path, { isDirectory, mark: 'directory' });
          walk(`${path}/`);
        } else if (isFile) {
          found.set(path, { isDirectory, mark: markOf(`${this.#root}/${path}`) });
        }
      }
    };
    walk('');
    return found;
  }
}

function writePart(file, at, content) {
  if (at === 0) {
    writeFileSync(file, content);
    return;
  }
  using opened = openSync(file, { append: true });
  for (let written = 0; written < content.length; ) written += opened.writeSync(content.subarray(written));
}

function list(folder) {
  try {
    return Array.from(readDirSync(folder));
  } catch {
    return [];
  }
}

function read(file) {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}

function markOf(file) {
  try {
    const { mtime, size, ino } = lstatSync(file);
    return `${ino} ${size} ${mtime?.getTime()}`;
  } catch {
    return '';
  }
}
