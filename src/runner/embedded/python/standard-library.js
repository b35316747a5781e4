import { inflateRawSync } from 'node:zlib';

/** Entries of python_stdlib.zip that are Pyodide's own and need its bridge to JavaScript, or belong to no program. */
const LEFT_OUT = [/^_?pyodide\//, /^webbrowser\.py$/, /\/$/, /^site-packages\//];

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_HEADER_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;

/**
 * Unpacks the zip archive `zip` (a Uint8Array) and adds `additions`, `[path, Uint8Array]` each, to
 * `{ files: [[path, offset, bytes], …], library: Uint8Array }`.
 */
export function joinStandardLibrary(zip, additions) {
  const contents = [...unpack(zip), ...additions];
  const files = [];
  let end = 0;
  for (const [path, content] of contents) {
    files.push([path, end, content.length]);
    end += content.length;
  }
  const library = new Uint8Array(end);
  files.forEach(([, offset], index) => {
    library.set(contents[index][1], offset);
  });
  return { files, library };
}

function* unpack(zip) {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  let end = zip.length - END_BYTES;
  while (end >= 0 && view.getUint32(end, true) !== END_OF_DIRECTORY) end--;
  if (end < 0) throw new Error('Expected a zip archive with a directory at its end, got none');
  const count = view.getUint16(end + 10, true);
  let entry = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index++) {
    if (view.getUint32(entry, true) !== DIRECTORY_ENTRY)
      throw new Error(`Expected entry ${index} of the zip archive`);
    const nameBytes = view.getUint16(entry + 28, true);
    const path = new TextDecoder().decode(zip.subarray(entry + ENTRY_BYTES, entry + ENTRY_BYTES + nameBytes));
    if (!LEFT_OUT.some((pattern) => pattern.test(path))) {
      yield [path, unpackEntry(zip, view, entry)];
    }
    entry += ENTRY_BYTES + nameBytes + view.getUint16(entry + 30, true) + view.getUint16(entry + 32, true);
  }
}

function unpackEntry(zip, view, entry) {
  const method = view.getUint16(entry + 10, true);
  const packedBytes = view.getUint32(entry + 20, true);
  const header = view.getUint32(entry + 42, true);
  const start =
    header + LOCAL_HEADER_BYTES + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
  const packed = zip.subarray(start, start + packedBytes);
  if (method === STORED) return packed;
  if (method === DEFLATED) return inflateRawSync(packed);
  throw new Error(`Expected a stored or deflated zip entry, got method ${method}`);
}
