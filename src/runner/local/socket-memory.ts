import { readFileSync } from 'node:fs';

/** So many sockets are not counted: what ordinary programs have is little. */
const FREE_SOCKETS = 16;
/** What the kernel keeps for a byte in a queue of TCP, bytes at most for segments of a usual size. */
const TCP_OVERHEAD = 2;
/** Of a kernel that does not tell, bytes. */
const USUAL_BUFFER_BYTES = 212_992;

let bufferBytes: number | null = null;

/**
 * Memory that the sockets of a process's network namespace can hold, bytes. It is the kernel's and shows in no process. Each
 * socket beyond a few counts with its send buffer, full or not, and TCP, whose buffers grow, with what is in them besides.
 * Only where nobody may enlarge a buffer (seccomp.ts) is it not less than there is.
 * @param pid a process in a network namespace of its own
 */
export function socketBytes(pid: number): number {
  const folder = `/proc/${pid}/net`;
  const counts = read(`${folder}/sockstat`);
  const sockets = Number(/^sockets: used (\d+)$/m.exec(counts)?.[1] ?? 0) - FREE_SOCKETS;
  if (sockets <= 0) return 0;
  const tcp = inUse(counts) + inUse(read(`${folder}/sockstat6`));
  bufferBytes ??= Number(read('/proc/sys/net/core/wmem_default')) || USUAL_BUFFER_BYTES;
  // The kernel goes through a long table for these.
  const queued = tcp > FREE_SOCKETS ? queuedBytes(`${folder}/tcp`) + queuedBytes(`${folder}/tcp6`) : 0;
  return sockets * bufferBytes + queued * TCP_OVERHEAD;
}

function inUse(counts: string): number {
  return Number(/^TCP6?: inuse (\d+)/m.exec(counts)?.[1] ?? 0);
}

/** By a table of sockets, one line each: number, addresses, state, then `tx:rx` in hexadecimal. */
function queuedBytes(file: string): number {
  let sum = 0;
  for (const [, sent, received] of read(file).matchAll(QUEUES)) {
    sum += Number.parseInt(sent as string, 16) + Number.parseInt(received as string, 16);
  }
  return sum;
}

const QUEUES = /^ *\d+: \S+ \S+ (?!0A)\S+ ([0-9A-F]{8}):([0-9A-F]{8}) /gm;

/** Empty when it has ended, or the kernel has no such file. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
