import type { RunRequest } from '../../../executions/runner.ts';

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
