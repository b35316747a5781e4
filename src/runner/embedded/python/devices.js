import { pause } from './pause.js';

/**
 * The three standard streams as character devices on the process's own descriptors: bytes pass as they are, a write
 * returns when the pipe has taken it, a read blocks until there is something. None of them is a terminal.
 */

/** Emscripten's error numbers (WASI's), not Linux's. */
const EIO = 29;
const EPIPE = 64;
const EBADF = 8;
/** How long to wait before another try on a pipe that does not block, milliseconds. */
const RETRY_MS = 1;

/** Opens descriptors 0, 1 and 2; called before the interpreter looks at them. */
export function openDevices(module) {
  const { FS } = module;
  if (!FS.initialized) FS.init();
  const major = FS.createDevice.major++;
  const devices = [
    ['/dev/stdin', 0, Deno.stdin],
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
  FS.open('/dev/stdin', 0);
  FS.open('/dev/stdout', 1);
  FS.open('/dev/stderr', 1);
}

function deviceOperations(module, file) {
  const { FS } = module;
  const fail = (error) => {
    if (error instanceof Deno.errors.BrokenPipe) return new FS.ErrnoError(EPIPE);
    if (error instanceof Deno.errors.BadResource) return new FS.ErrnoError(EBADF);
    return new FS.ErrnoError(EIO);
  };
  const retrying = (operation) => {
    for (;;) {
      try {
        return operation();
      } catch (error) {
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
      if (module.isRehearsing) return length;
      const view = new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length);
      let written = 0;
      while (written < length) {
        written += retrying(() => file.writeSync(view.subarray(written)));
      }
      return length;
    },
  };
}
