import type { RunRequest } from '../../../executions/runner.ts';

const MiB = 1024 * 1024;
/** Bytes of the document: a line to the launcher may have 16 MiB. What input may be is less, unless every byte is escaped. */
export const PAYLOAD_BYTES = 16 * MiB - 1024;

/** The JSON document of a `run` line, as PROTOCOL.md has it. */
export function encodePayload(request: RunRequest): string {
  const { language, fileName, code, args, limits, payload } = request;
  const { timeoutMs, memoryMb, outputBytes } = limits;
  return JSON.stringify({
    language,
    fileName,
    code,
    args,
    stdin: payload.stdin,
    files: payload.files.map(({ path, content }) => ({
      path,
      content: Buffer.from(content).toString('base64'),
    })),
    env: payload.env.map(({ name, value }) => ({ name, value })),
    limits: { timeoutMs, memoryMb, outputBytes },
    startedAgoMs: 0,
  });
}
