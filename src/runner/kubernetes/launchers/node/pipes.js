import * as fs from 'node:fs';
import { Socket } from 'node:net';
import { FILE_BYTES, PROCESSES } from './bounds.js';

export const SHELL = '/bin/sh';
/**
 * Blocks of 512 bytes; processes are -p in dash and busybox, -u in bash. Where the container's memory is gone the kernel
 * shall end the program and not this process.
 */
export const BOUNDS = `{
  echo 1000 >/proc/self/oom_score_adj
  ulimit -c 0
  ulimit -f ${FILE_BYTES / 512}
  if (ulimit -u ${PROCESSES}); then ulimit -u ${PROCESSES}; else ulimit -p ${PROCESSES}; fi
} 2>/dev/null
`;
/**
 * Three real pipes, which here-documents are, at 0, 1 and 2; their other ends are opened by `openEnds`. What Node makes of
 * 'pipe' are sockets, and /dev/stdin and /dev/stdout, which many programs open by name, cannot be opened then. (Of an empty
 * here-document bash makes no pipe.)
 */
export const PIPES = `exec 0<<E 5<<E 6<<E
-
E
-
E
-
E
read line; read line <&5; read line <&6
exec 1>/proc/self/fd/5 2>/proc/self/fd/6 5<&- 6<&-
`;

/** Our ends of a child's pipes; null where /proc does not give them, or a shell makes files of here-documents. */
export function openEnds(pid) {
  const { O_RDONLY, O_WRONLY, O_NONBLOCK } = fs.constants;
  const opened = [];
  try {
    for (const [number, direction] of [O_WRONLY, O_RDONLY, O_RDONLY].entries()) {
      opened.push(fs.openSync(`/proc/${pid}/fd/${number}`, direction | O_NONBLOCK));
      if (!fs.fstatSync(opened[number]).isFIFO()) throw new Error('Not a pipe');
    }
    return opened.map((fd, number) => new Socket({ fd, readable: number > 0, writable: number === 0 }));
  } catch {
    for (const fd of opened) fs.closeSync(fd);
    return null;
  }
}
