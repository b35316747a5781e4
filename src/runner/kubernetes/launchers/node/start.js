/**
 * The launcher of JavaScript and TypeScript: process 1 of a pod, which speaks ../../PROTOCOL.md on stdin and stdout. Any
 * image with Node 22 or later will do:
 *
 *     node launcher.mjs IDLE_MS LINGER_MS [DIRECTORY]
 *
 * A Node takes 40 ms to start, so one waits before there is a program, with all loaded that most programs use. The program
 * shares its uid with this process and may do to it what it likes; what is said here concerns that program alone.
 *
 * The parts are joined into one file, in the order of ../source.ts.
 */
import * as fs from 'node:fs';

export const PROTOCOL = 1;

export const [idleMs = 60_000, lingerMs = 600_000] = process.argv.slice(2, 4).map(Number);
export const directory = process.argv[4] ?? '/program';
export const TEMPORARY = '/tmp';

/** Whether it serves languages that a shell starts, in place of JavaScript. */
export const isShell = process.env['PODLINE_LAUNCHER'] === 'shell';

/** Only process 1 has a pod for itself, and may kill all it sees. */
export const isInit = process.pid === 1;

/** Says why on stderr; nothing of a payload may stand there. */
export function giveUp(reason) {
  fs.writeSync(2, `launcher: ${reason}\n`);
  process.exit(1);
}
