/** Begins a program, as ../python/lies.ts does. A launcher in Node cannot close its descriptors to its program. */
export const LIES = `
import fs from 'node:fs';
const word = process.argv[2];
const at = Date.now();
const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
const line = (fields) => JSON.stringify(fields) + '\\n';
const out = (number) => line({ type: 'out', n: number, s: 1, at, d: word });
const end = (last, exitCode = 0) => line({ type: 'end', last, cause: 'exit', exitCode, signal: null, wallMs: 1, cpuMs: 1, maxMemoryMb: 1, truncated: false });
const lies = [
  ...[1, 2, 3, 4, 1000, 2 ** 53, 1e30, 0, -1, 1.5].map(out),
  ...[1000, 2 ** 53, -1].map((last) => end(last)),
  line({ type: 'ready', nonce: '-', protocol: 1, version: '3', state: 'ended', id: null, last: 9 }),
  line({ type: 'start', id: word, at }), line({ type: 'refused', id: word }), line({ type: word }),
  '['.repeat(9000) + '\\n', '{\\n', 'null\\n', '\\0'.repeat(3000) + '\\n', Buffer.from([255, 254, 195, 10]), 'x'.repeat(200_000) + '\\n',
];
const open = (place, flags = 'w') => { try { return fs.openSync(place, flags); } catch { return null; } };
const tell = (place, data) => {
  const descriptor = typeof place === 'string' ? open(place) : place;
  try { fs.writeSync(descriptor, data); return true; } catch { return false; } finally {
    if (typeof place === 'string' && descriptor !== null) fs.closeSync(descriptor);
  }
};
const launchers = '/proc/1/fd/1';
`;
