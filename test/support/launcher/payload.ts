import { createHash } from 'node:crypto';
import type { CompileLimits } from '../../../src/runner/languages/language.ts';

/** What a test wants of a run; the rest is filled in. */
export interface Wanted {
  readonly language?: string;
  readonly fileName?: string;
  readonly args?: readonly string[];
  readonly stdin?: string;
  readonly stdinOpen?: boolean;
  /** Contents as text or bytes. */
  readonly files?: readonly { readonly path: string; readonly content: string | Uint8Array }[];
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly memoryMb?: number;
  readonly outputBytes?: number;
  /** Which of the files that it leaves are wanted; none by default. */
  readonly outputFiles?: readonly string[];
  /** What a shell starts a program of another language by, and the bounds of the compile step in it. */
  readonly script?: string;
  readonly compile?: CompileLimits;
}

/** The JSON of a payload. */
export function payloadJson(code: string, wanted: Wanted = {}): string {
  return JSON.stringify({
    language: wanted.language ?? 'python',
    fileName: wanted.fileName ?? 'main.py',
    code,
    args: wanted.args ?? [],
    stdin: wanted.stdin ?? '',
    stdinOpen: wanted.stdinOpen ?? false,
    files: (wanted.files ?? []).map(({ path, content }) => ({
      path,
      content: Buffer.from(content).toString('base64'),
    })),
    env: Object.entries(wanted.env ?? {}).map(([name, value]) => ({ name, value })),
    limits: {
      timeoutMs: wanted.timeoutMs ?? 20_000,
      memoryMb: wanted.memoryMb ?? 256,
      outputBytes: wanted.outputBytes ?? 64 * 1024 * 1024,
    },
    ...(wanted.outputFiles !== undefined && { outputFiles: wanted.outputFiles }),
    ...(wanted.script !== undefined && { script: wanted.script }),
    ...(wanted.compile !== undefined && { compile: wanted.compile }),
  });
}

/** The `run` line of a payload, without its newline. */
export function runLine(id: string, json: string): string {
  const hash = createHash('sha256').update(json).digest('hex');
  return `run ${id} ${Buffer.byteLength(json)} ${hash} ${json}`;
}
