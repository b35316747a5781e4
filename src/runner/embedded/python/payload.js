/**
 * Reads one payload from stdin and not a byte more: a line with its length in bytes, then so many bytes of JSON,
 * `{ fileName, code, args, env: [{ name, value }], files: [{ path, content }] }`, `content` in base64. What follows
 * on stdin is the program's. Ends the process when stdin ends first: nobody wants this process any more.
 */
export function readPayload() {
  return JSON.parse(new TextDecoder().decode(read(readLength())));
}

function readLength() {
  const LINE_FEED = 10;
  let digits = '';
  for (;;) {
    const [byte] = read(1);
    if (byte === LINE_FEED) return Number(digits);
    digits += String.fromCharCode(byte);
  }
}

function read(length) {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const count = Deno.stdin.readSync(bytes.subarray(filled));
    if (count === null) Deno.exit(0);
    filled += count;
  }
  return bytes;
}
