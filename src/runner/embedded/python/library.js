/**
 * The standard library's files in the interpreter's file system: there as names and sizes at once, their bytes read
 * from the image only when somebody opens one.
 *
 * A library is `{ files: [[path, offset, length], …], read(offset, length) }`, `read` returning a fresh Uint8Array.
 */

const READ_ONLY_FILE = 0o100444;
const READ_ONLY_DIRECTORY = 0o555;
/** All files carry one time, so that what Python noted of a directory when the image was made stays valid. */
const MODIFIED_MS = Date.UTC(2025, 0, 1);

/** Mounts `library` at `root`, read-only. */
export function mountLibrary(FS, root, library) {
  const { MEMFS } = FS.filesystems;
  const directories = new Map();
  const directory = (path) => {
    let node = directories.get(path);
    if (node === undefined) {
      FS.mkdirTree(path);
      node = FS.lookupPath(path).node;
      directories.set(path, node);
    }
    return node;
  };
  directory(root);
  directory(`${root}/lib-dynload`);
  directory(`${root}/site-packages`);
  for (const [path, offset, length] of library.files) {
    const slash = path.lastIndexOf('/');
    const parent = directory(slash < 0 ? root : `${root}/${path.slice(0, slash)}`);
    const node = MEMFS.createNode(parent, path.slice(slash + 1), READ_ONLY_FILE, 0);
    node.usedBytes = length;
    let contents;
    Object.defineProperty(node, 'contents', {
      get() {
        contents ??= library.read(offset, length);
        return contents;
      },
      set(value) {
        contents = value;
      },
    });
    node.atime = node.mtime = node.ctime = MODIFIED_MS;
  }
  for (const node of directories.values()) {
    node.mode = (node.mode & ~0o777) | READ_ONLY_DIRECTORY;
    node.atime = node.mtime = node.ctime = MODIFIED_MS;
  }
}
