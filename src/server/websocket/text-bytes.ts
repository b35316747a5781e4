/** What a key, a number or a bracket counts, bytes. */
const SMALL = 8;

/** About as many bytes as the value takes as JSON; stops counting at `limit`. */
export function textBytes(value: unknown, limit: number): number {
  if (typeof value === 'string') return Buffer.byteLength(value) + SMALL;
  if (typeof value !== 'object' || value === null) return SMALL;
  let bytes = SMALL;
  for (const item of Array.isArray(value) ? value : Object.values(value)) {
    bytes += SMALL + textBytes(item, limit - bytes);
    if (bytes >= limit) return bytes;
  }
  return bytes;
}
