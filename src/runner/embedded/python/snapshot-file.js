/**
 * The snapshot of a started interpreter, one file: make.js writes it, the launcher restores it. In this order:
 *
 *     "podline\n"    magic
 *     uint32         bytes of the header, little-endian
 *     header         JSON: memoryBytes, blocks [[offset, bytes], …], files [[path, offset, bytes], …],
 *                    state: where things are in memory, and whatever else the launcher needs
 *     memory         the blocks that are not zero, one after the other
 *     library        the files of the standard library, one after the other; offsets count from its beginning
 */

const MAGIC = new TextEncoder().encode('podline\n');
const PREAMBLE = MAGIC.length + 4;
/** Unit in which memory is found zero or not, bytes. */
const BLOCK = 4096;

/** The file as byte arrays to be written one after the other. `touched`: see `touchedBlocks`. */
export function encodeSnapshot({ memory, touched, files, library, state }) {
  const blocks = joinBlocks(
    (index) => touched.has(index) || !isZero(memory, index * BLOCK),
    memory.length / BLOCK,
  );
  const header = new TextEncoder().encode(
    JSON.stringify({ memoryBytes: memory.length, blocks, files, state }),
  );
  const preamble = new Uint8Array(PREAMBLE);
  preamble.set(MAGIC);
  new DataView(preamble.buffer).setUint32(MAGIC.length, header.length, true);
  return [
    preamble,
    header,
    ...blocks.map(([offset, bytes]) => memory.subarray(offset, offset + bytes)),
    library,
  ];
}

/**
 * The blocks that a fresh instance's own start writes to, zero in the snapshot or not: they have to be in it, since the
 * rest of a fresh memory is taken for zero.
 */
export function touchedBlocks(memory) {
  const touched = new Set();
  for (let index = 0; index < memory.length / BLOCK; index++) {
    if (!isZero(memory, index * BLOCK)) touched.add(index);
  }
  return touched;
}

/**
 * Opens a snapshot. `restore(module, growHeap)` fills a fresh instance's memory; `library` reads single files, also
 * when the permission to open files is gone. Throws when the file is no snapshot.
 */
export function openSnapshot(path) {
  const file = Deno.openSync(path);
  const preamble = readExactly(file, PREAMBLE);
  if (!MAGIC.every((byte, index) => preamble[index] === byte))
    throw new Error(`Expected a snapshot in ${path}, got another file`);
  const headerBytes = new DataView(preamble.buffer).getUint32(MAGIC.length, true);
  const header = JSON.parse(new TextDecoder().decode(readExactly(file, headerBytes)));
  const memoryStart = PREAMBLE + headerBytes;
  const libraryStart = memoryStart + header.blocks.reduce((sum, [, bytes]) => sum + bytes, 0);
  return {
    state: header.state,
    library: {
      files: header.files,
      read(offset, length) {
        file.seekSync(libraryStart + offset, Deno.SeekMode.Start);
        return readExactly(file, length);
      },
    },
    restore(module, growHeap) {
      if (header.memoryBytes > module.HEAPU8.length) growHeap(header.memoryBytes);
      file.seekSync(memoryStart, Deno.SeekMode.Start);
      for (const [offset, bytes] of header.blocks) {
        fill(file, module.HEAPU8.subarray(offset, offset + bytes));
      }
    },
  };
}

function isZero(memory, offset) {
  return new Int32Array(memory.buffer, memory.byteOffset + offset, BLOCK / 4).every((word) => word === 0);
}

function joinBlocks(wanted, count) {
  const joined = [];
  for (let index = 0; index < count; index++) {
    if (!wanted(index)) continue;
    const last = joined.at(-1);
    if (last !== undefined && last[0] + last[1] === index * BLOCK) last[1] += BLOCK;
    else joined.push([index * BLOCK, BLOCK]);
  }
  return joined;
}

function readExactly(file, length) {
  return fill(file, new Uint8Array(length));
}

function fill(file, view) {
  let filled = 0;
  while (filled < view.length) {
    const read = file.readSync(view.subarray(filled));
    if (read === null) throw new Error(`Expected ${view.length} bytes of the snapshot, got ${filled}`);
    filled += read;
  }
  return view;
}
