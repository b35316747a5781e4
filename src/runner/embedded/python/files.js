import { WORK_DIRECTORY } from './interpreter.js';

/**
 * Python's files are in the memory of this process and gone with it, also when it is killed at a limit. So those that the
 * program makes or changes in its working directory are copied, while it runs and at its end, into a directory that the host
 * holds. The permission to write there stays for that: it is bounded, and the program may write there itself.
 */

/** Files and folders that are looked at, and folders within each other. */
const MAX_ENTRIES = 10_000;
const MAX_DEPTH = 32;
/** A file above this, bytes, is not kept: what is copied is a hole of its size. */
const MAX_BYTES = 32 * 1024 * 1024;
/** Copying takes one part in so many of the time. */
const SHARE = 10;
/** And is not repeated before this, milliseconds, while Python computes. */
const INTERVAL_MS = 50;

/** What changes a file, or which there are, by the table of MEMFS that it stands in. */
const CHANGES = [
  ['file', 'stream', ['write', 'msync', 'allocate']],
  ['file', 'node', ['setattr']],
  ['dir', 'node', ['mknod', 'rename', 'unlink', 'rmdir', 'symlink']],
];

/** Copies below `target`, a directory. What is there now was given to the program. */
export function copyFiles(module, target) {
  const { FS } = module;
  const root = FS.lookupPath(WORK_DIRECTORY).node;
  const revisions = new WeakMap();
  const copied = new Map();
  let isDirty = false;
  let next = 0;
  const revisionOf = (node) => revisions.get(node) ?? 0;
  watchChanges(FS.filesystems.MEMFS, (node) => {
    revisions.set(node, revisionOf(node) + 1);
    isDirty = true;
  });
  const given = new Set(filesBelow(FS, root).values());

  function copyAll() {
    isDirty = false;
    const began = performance.now();
    const files = filesBelow(FS, root);
    for (const [path, node] of files) if (given.has(node) && revisionOf(node) === 0) files.delete(path);
    for (const path of copied.keys()) {
      if (files.has(path)) continue;
      copied.delete(path);
      remove(`${target}/${path}`);
    }
    for (const [path, node] of files) {
      const before = copied.get(path);
      const revision = revisionOf(node);
      if (before?.node === node && before.revision === revision) continue;
      copied.set(path, { node, revision });
      copy(`${target}/${path}`, node);
    }
    const now = performance.now();
    next = now + SHARE * (now - began);
    return now;
  }

  return {
    /** While Python computes. */
    onTick(now) {
      if (isDirty && now >= next) next = Math.max(next, copyAll() + INTERVAL_MS);
    },
    /** Before it waits, perhaps for long, or prints. */
    beforeWait() {
      if (isDirty && performance.now() >= next) copyAll();
    },
    /** At the end. */
    finish() {
      if (isDirty) copyAll();
    },
  };
}

function watchChanges(MEMFS, changed) {
  for (const [kind, part, names] of CHANGES) {
    const operations = MEMFS.ops_table[kind][part];
    for (const name of names) {
      const operation = operations[name];
      if (operation === undefined) continue;
      operations[name] = (subject, ...rest) => {
        // A stream's node, or the node itself.
        changed(subject.node ?? subject);
        return operation(subject, ...rest);
      };
    }
  }
}

/** Regular files by their paths. */
function filesBelow(FS, root) {
  const found = new Map();
  let entries = 0;
  const walk = (folder, prefix, depth) => {
    for (const [name, node] of Object.entries(folder.contents)) {
      if (++entries > MAX_ENTRIES) return;
      if (FS.isFile(node.mode)) found.set(prefix + name, node);
      else if (FS.isDir(node.mode) && depth < MAX_DEPTH && node.contents !== undefined)
        walk(node, `${prefix}${name}/`, depth + 1);
    }
  };
  walk(root, '', 0);
  return found;
}

function copy(file, { contents, usedBytes }) {
  if (usedBytes <= MAX_BYTES) {
    try {
      // MEMFS keeps bytes in views of either sign.
      write(file, new Uint8Array(contents.buffer, contents.byteOffset, usedBytes));
      return;
    } catch {
      // There is no room: the host is to list it, as one that is too large.
    }
  }
  try {
    write(file, new Uint8Array(0));
    Deno.truncateSync(file, MAX_BYTES + 1);
  } catch {
    // Its name is longer than a name can be, or there is not even room for that.
  }
}

function write(file, bytes) {
  try {
    Deno.writeFileSync(file, bytes);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    Deno.mkdirSync(file.slice(0, file.lastIndexOf('/')), { recursive: true });
    Deno.writeFileSync(file, bytes);
  }
}

/** With the folders that are empty then: a file may come to stand in their place. */
function remove(file) {
  try {
    Deno.removeSync(file);
    for (let at = file.lastIndexOf('/'); ; at = file.lastIndexOf('/', at - 1)) {
      Deno.removeSync(file.slice(0, at));
    }
  } catch {
    // Not empty, or not there.
  }
}
