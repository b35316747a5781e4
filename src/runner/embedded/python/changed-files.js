/** Entries of the working directory that are looked at; of more the rest is not carried over. */
const MAX_ENTRIES = 10_000;

/** What a program changes below `root` of the interpreter's file system: told by times and sizes. */
export function changedFiles(FS, root) {
  let known = new Map();

  function* walk(directory, left) {
    for (const name of FS.readdir(directory)) {
      if (name === '.' || name === '..') continue;
      if (--left.entries < 0) return;
      const path = `${directory}/${name}`;
      const { node } = FS.lookupPath(path, { follow: false });
      if (FS.isDir(node.mode)) {
        yield [path, node];
        yield* walk(path, left);
      } else if (FS.isFile(node.mode)) {
        yield [path, node];
      }
    }
  }

  const look = () =>
    new Map(
      Array.from(walk(root, { entries: MAX_ENTRIES }), ([path, node]) => [
        path.slice(root.length + 1),
        { node, isDirectory: FS.isDir(node.mode), size: node.usedBytes, mtime: Number(node.mtime) },
      ]),
    );

  return {
    /** What is there now counts as known. */
    reset() {
      known = look();
    },
    /** What has changed since: removed ones first, directories before what is in them. */
    take() {
      const before = known;
      known = look();
      const changes = [];
      for (const [path, { isDirectory }] of before) {
        if (known.get(path)?.isDirectory !== isDirectory) changes.push({ path, isDirectory: false });
      }
      for (const [path, { node, isDirectory, size, mtime }] of known) {
        const old = before.get(path);
        if (
          old?.isDirectory === isDirectory &&
          (isDirectory || (old.node === node && old.size === size && old.mtime === mtime))
        )
          continue;
        changes.push(
          isDirectory
            ? { path, isDirectory }
            : { path, content: node.contents.subarray(0, size), isDirectory },
        );
      }
      return changes;
    },
    /** Removes a file or directory with all that is in it. */
    remove(path) {
      try {
        removeTree(FS, `${root}/${path}`);
      } catch {
        // It is not there, or was made unremovable: then it stays.
      }
    },
  };
}

function removeTree(FS, path) {
  const { node } = FS.lookupPath(path, { follow: false });
  if (!FS.isDir(node.mode)) {
    FS.unlink(path);
    return;
  }
  for (const name of FS.readdir(path)) if (name !== '.' && name !== '..') removeTree(FS, `${path}/${name}`);
  FS.rmdir(path);
}
