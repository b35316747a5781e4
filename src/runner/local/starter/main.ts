import { closeSync, readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import type { Order, Report } from './messages.ts';
import { StartedProcess } from './started-process.ts';

/**
 * The starter: a small process that starts the programs' processes for the server and keeps their clocks.
 *
 * It is small because a fork copies the page tables of whoever forks, some milliseconds in a large server; and it is
 * apart because time and memory limits must hold whatever the server's event loop is busy with. No byte of a program goes
 * through it: for each process it connects three sockets to the server, hands them over as stdin, stdout and stderr, and
 * closes its own.
 *
 * It ends, and everything that it started with it, when its channel to the server closes.
 */

/** How often it is checked that all processes have ended after the server did, and for how long, milliseconds. */
const END_POLL_INTERVAL_MS = 5;
const END_TIMEOUT_MS = 10_000;
/** asm-generic/fcntl.h: O_CLOEXEC, the same on x64 and arm64. */
const CLOSE_ON_EXEC = 0o2000000;

closeInherited();

const processes = new Map<number, StartedProcess>();
/** Processes whose pipes are being opened: whether they are to be killed as soon as they were started. */
const starting = new Map<number, { isDoomed: boolean }>();
let isClosing = false;
let server: Extract<Order, { type: 'listen' }> | null = null;

/** What whoever started the server left open in it must not reach programs. All that Node opens is closed at an exec by itself. */
function closeInherited(): void {
  if (process.platform !== 'linux') return;
  for (const name of readdirSync('/proc/self/fdinfo')) {
    const descriptor = Number(name);
    if (descriptor <= 2) continue;
    try {
      const flags = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, 'latin1'))?.[1];
      if (flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0) closeSync(descriptor);
    } catch {
      // It was that of the folder that was read.
    }
  }
}

function report(message: Report): void {
  // A server that is gone is told by `disconnect`.
  process.send?.(message, undefined, undefined, () => undefined);
}

async function start({ id, command, outputs }: Extract<Order, { type: 'start' }>): Promise<void> {
  const state = { isDoomed: false };
  starting.set(id, state);
  const descriptors = outputs.length === 0 ? [0, 1, 2] : [0];
  const opened = await Promise.allSettled(descriptors.map((descriptor) => openPipe(id, descriptor)));
  const pipes = opened.filter((one) => one.status === 'fulfilled').map(({ value }) => value);
  try {
    if (isClosing) throw new Error('The server has gone');
    // It closes what it has no file descriptor for.
    if (pipes.length < descriptors.length || pipes.some(({ readyState }) => readyState !== 'open')) {
      throw new Error(
        'Expected the server to take every pipe, got one closed: too few file descriptors are left',
      );
    }
    const started = StartedProcess.start(
      command,
      { pipes, outputs },
      {
        groups: server?.groups ?? null,
        started: (pid) => report({ type: 'started', id, pid }),
        limit: (number, limit) => report({ type: 'limit', id, number, limit }),
        exited(exit) {
          processes.delete(id);
          report({ type: 'exited', id, ...exit });
        },
        failed(message) {
          processes.delete(id);
          report({ type: 'failed', id, message });
        },
      },
    );
    processes.set(id, started);
    if (state.isDoomed) started.kill();
  } finally {
    starting.delete(id);
    for (const pipe of pipes) pipe.destroy();
  }
}

/** A connection to the server that has said whose which descriptor it is. */
function openPipe(id: number, descriptor: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  if (server === null) throw new Error('Expected "listen" before "start"');
  const socket = connect(server.path);
  socket.on('error', reject);
  socket.write(`${server.token} ${id} ${descriptor}\n`, () => resolve(socket));
  return promise;
}

process.on('message', (order: Order) => {
  switch (order.type) {
    case 'listen':
      server = order;
      return;
    case 'start':
      start(order).catch((cause: unknown) => {
        starting.delete(order.id);
        report({
          type: 'failed',
          id: order.id,
          message: cause instanceof Error ? cause.message : String(cause),
        });
      });
      return;
    case 'watch':
      processes.get(order.id)?.watch(order.number, order.watch);
      return;
    case 'kill': {
      processes.get(order.id)?.kill();
      const state = starting.get(order.id);
      if (state !== undefined) state.isDoomed = true;
    }
  }
});
process.on('disconnect', () => {
  isClosing = true;
  for (const started of processes.values()) started.kill();
  setInterval(() => {
    if (processes.size === 0) process.exit(0);
  }, END_POLL_INTERVAL_MS);
  setTimeout(() => process.exit(1), END_TIMEOUT_MS);
});
// A terminal sends these to all of its processes; when to end is the server's to say.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
