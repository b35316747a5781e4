import { InterruptedRead } from './input.js';

/**
 * The three standard streams as character devices on the process's own descriptors: bytes pass as they are, a write
 * returns when the pipe has taken it, a read blocks until there is something. None of them is a terminal.
 */

/** Emscripten's error numbers (WASI's), not Linux's. */
const EIO = 29;
const EPIPE = 64;
const EBADF = 8;
const EINTR = 27;
/** How long to wait before another try on a pipe that does not block, milliseconds. */
const RETRY_MS = 1;

/** As many zeros as are asked for. */
const ZERO = {
  read(_stream, buffer, offset, length) {
    buffer.fill(0, offset, offset + length);
    return length;
  },
  write: (_stream, _buffer, _offset, length) => length,
};

/** Opens descriptors 0, 1 and 2; called before the interpreter looks at them. */
export function openDevices(module) {
  const { FS } = module;
  if (!FS.initialized) FS.init();
  const major = FS.createDevice.major++;
  const devices = [
    ['/dev/stdin', 0, { readSync: (view) => (module.stdin ?? Deno.stdin).readSync(view) }],
    ['/dev/stdout', 1, Deno.stdout],
    ['/dev/stderr', 2, Deno.stderr],
  ];
  for (const [path, descriptor, file] of devices) {
    const device = FS.makedev(major, descriptor);
    FS.registerDevice(device, deviceOperations(module, file));
    FS.closeStream(descriptor);
    FS.unlink(path);
    FS.mkdev(path, 0o600, device);
  }
  FS.registerDevice(FS.makedev(major, devices.length), ZERO);
  FS.mkdev('/dev/zero', 0o666, FS.makedev(major, devices.length));
  // There is no terminal, so `getpass` reads stdin, as it does elsewhere without one.
  FS.unlink('/dev/tty');
  FS.open('/dev/stdin', 0);
  FS.open('/dev/stdout', 1);
  FS.open('/dev/stderr', 1);
}

function deviceOperations(module, file) {
  const { FS } = module;
  const fail = (error) => {
    if (error instanceof Deno.errors.BrokenPipe) return new FS.ErrnoError(EPIPE);
    if (error instanceof InterruptedRead) return new FS.ErrnoError(EINTR);
    if (error instanceof Deno.errors.BadResource) return new FS.ErrnoError(EBADF);
    return new FS.ErrnoError(EIO);
  };
  const retrying = (operation) => {
    for (;;) {
      try {
        return operation();
      } catch (error) {
        // Python looks for the signal when it is told so.
        if (error instanceof InterruptedRead) module.isWoken = true;
        if (!(error instanceof Deno.errors.WouldBlock)) throw fail(error);
        pause(RETRY_MS);
      }
    }
  };
  return {
    open(stream) {
      stream.seekable = false;
    },
    read(_stream, buffer, offset, length) {
      if (file.readSync === undefined) throw new FS.ErrnoError(EBADF);
      if (length === 0) return 0;
      module.beforeWait?.();
      const view = new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length);
      return retrying(() => file.readSync(view)) ?? 0;
    },
    write(_stream, buffer, offset, length) {
      if (file.writeSync === undefined) throw new FS.ErrnoError(EBADF);
      if (module.isWarmingUp) return length;
      // Whoever sees it may end the program for it.
      module.files?.beforeWait();
      const view = new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length);
      let written = 0;
      while (written < length) {
        written += retrying(() => file.writeSync(view.subarray(written)));
      }
      return length;
    },
  };
}

/** Emscripten's error number for "try again". */
const EAGAIN = 6;
const ACCESS_MODE = 3;
const WRITE_ONLY = 1;

/**
 * Lets a pipe that no one can write to any more end: Emscripten says "try again" for ever. With a writer left it
 * stays at that, also on a blocking descriptor, where the one process that could write would wait for itself.
 */
export function endPipes({ FS, PIPEFS }) {
  const { read } = PIPEFS.stream_ops;
  const hasWriter = (pipe) =>
    FS.streams.some((stream) => stream?.node?.pipe === pipe && (stream.flags & ACCESS_MODE) === WRITE_ONLY);
  PIPEFS.stream_ops.read = (stream, ...rest) => {
    try {
      return read(stream, ...rest);
    } catch (error) {
      if (error.errno === EAGAIN && !hasWriter(stream.node.pipe)) return 0;
      throw error;
    }
  };
}

const cell = new Int32Array(new SharedArrayBuffer(4));

/** How often a wait is left to look for an interrupt, milliseconds. */
const LOOK_MS = 20;

/**
 * Blocks the thread for so many milliseconds (Infinity for ever), or until an interrupt has come: true then, and Python finds
 * the signal when it looks for one next.
 */
export function pauseUntilInterrupted(module, milliseconds) {
  const until = performance.now() + milliseconds;
  for (let left = milliseconds; left > 0; left = until - performance.now()) {
    pause(Math.min(left, LOOK_MS));
    if (!module.interrupts?.hasMore()) continue;
    module.isWoken = true;
    return true;
  }
  return false;
}

/** Blocks the thread for so many milliseconds (fractions count; Infinity for ever) without using the processor. */
export function pause(milliseconds) {
  if (milliseconds > 0) Atomics.wait(cell, 0, 0, milliseconds);
}
