import type { RunRequest } from '../../../executions/run.ts';
import type { Launcher } from '../launchers.ts';

/**
 * What a launcher reads from stdin: the length of a JSON document in bytes on a line, the document; the
 * program's own stdin follows. `withFiles` is false when the program and its files are in the sandbox's directory already.
 */
export function encodePayload(request: RunRequest, withFiles: boolean): Buffer {
  const { fileName, code, args, payload } = request;
  const document = Buffer.from(
    JSON.stringify({
      fileName,
      code: withFiles ? code : '',
      args,
      stdinOpen: request.input.isOpen,
      keepsFiles: request.outputFiles.length > 0,
      env: payload.env,
      files: withFiles
        ? payload.files.map(({ path, content }) => ({
            path,
            content: Buffer.from(content).toString('base64'),
          }))
        : [],
    }),
  );
  return Buffer.concat([Buffer.from(`${document.length}\n`), document]);
}

/** Bytes of an open stdin as the launcher reads them: in frames (../python/input.js) where those wake it for an interrupt. */
export function frameStdin(launcher: Pick<Launcher, 'interruptsBy'>, bytes: Uint8Array): Uint8Array {
  if (launcher.interruptsBy === 'signal' || bytes.byteLength === 0) return bytes;
  const header = Buffer.alloc(4);
  header.writeUInt32BE(bytes.byteLength);
  return Buffer.concat([header, bytes]);
}
