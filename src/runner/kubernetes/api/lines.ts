const NEWLINE = 0x0a;

/**
 * Cuts bytes into lines without their ends. A line of more than `most` bytes is cut there and the rest of it dropped; a
 * last line without an end is given when `keepLast` is set.
 */
export async function* lines(
  source: AsyncIterable<Buffer>,
  most: number,
  keepLast: boolean,
): AsyncGenerator<string, void, undefined> {
  let held: Buffer[] = [];
  let bytes = 0;
  const hold = (part: Buffer) => {
    const room = Math.min(part.length, most - bytes);
    if (room <= 0) return;
    held.push(part.subarray(0, room));
    bytes += room;
  };
  const take = () => {
    const line = held.length === 1 && held[0] ? held[0].toString() : Buffer.concat(held, bytes).toString();
    held = [];
    bytes = 0;
    return line;
  };
  for await (const part of source) {
    let from = 0;
    for (let at = part.indexOf(NEWLINE); at >= 0; at = part.indexOf(NEWLINE, from)) {
      hold(part.subarray(from, at));
      yield take();
      from = at + 1;
    }
    hold(part.subarray(from));
  }
  if (keepLast && bytes > 0) yield take();
}
