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
