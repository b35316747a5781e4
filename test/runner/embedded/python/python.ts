import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { findPackages } from '../../../../src/runner/embedded/packages.ts';
import { preparePython } from '../../../../src/runner/embedded/python/prepare.ts';

export interface PythonRun {
  readonly code: string;
  readonly fileName?: string;
  readonly args?: readonly string[];
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Path to content. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Called with all of stdout so far, each time there is more; may kill the process or send it more stdin. */
  readonly onStdout?: (
    text: string,
    process: { kill(): void; write(text: string): void; endStdin(): void },
  ) => void;
}

export interface PythonEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutBytes: Buffer;
}

const packages = findPackages();
const LAUNCHER = fileURLToPath(
  new URL('../../../../src/runner/embedded/launchers/python.js', import.meta.url),
);
const CELLS = new URL('../../../../src/runner/local/cells/javascript/', import.meta.url).href;
/** V8's stack, KiB, and the process's own, which has to be a little larger: as launchers/python.js asks for. */
const STACK_KB = '98304';
const PROCESS_STACK_KB = '102400';

let snapshot: Promise<string> | undefined;

/** The snapshot for the sources as they are. */
export function pythonSnapshot(): Promise<string> {
  snapshot ??= preparePython();
  return snapshot;
}

/** Runs one program through the real launcher, as the runner does, and resolves when it has ended. */
export async function runPython(run: PythonRun): Promise<PythonEnd> {
  const file = await pythonSnapshot();
  const child = spawn(
    '/bin/sh',
    [
      ...['-c', `ulimit -s ${PROCESS_STACK_KB}; exec "$@"`, 'sh', packages.denoFile],
      ...[
        'run',
        '--quiet',
        '--no-remote',
        '--no-npm',
        '--no-config',
        '--no-lock',
        '--no-prompt',
        '--cached-only',
      ],
      '--no-code-cache',
      `--import-map=data:application/json,${encodeURIComponent(JSON.stringify({ imports: { '#cells/': CELLS } }))}`,
      `--v8-flags=--stack-size=${STACK_KB}`,
      `--allow-read=${packages.pyodideDirectory},${file},/dev/null`,
      ...[LAUNCHER, packages.pyodideDirectory, file, '/dev/null', '', STACK_KB],
    ],
    { env: { DENO_DIR: join('/dev/null', 'deno'), NO_COLOR: '1' }, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  child.stdin.on('error', () => undefined);
  const closed = once(child, 'close');
  const stderr = buffer(child.stderr);
  const handle = {
    kill: () => child.kill('SIGKILL'),
    write: (text: string) => child.stdin.write(text),
    endStdin: () => child.stdin.end(),
  };
  const parts: Buffer[] = [];
  let isReady = false;
  child.stdout.on('data', (bytes: Buffer) => {
    parts.push(bytes);
    const all = Buffer.concat(parts);
    if (!isReady) {
      if (all.toString() !== 'ready\n') return;
      isReady = true;
      parts.length = 0;
      child.stdin.write(payload(run));
      if (run.onStdout === undefined) child.stdin.end();
      return;
    }
    run.onStdout?.(all.toString(), handle);
  });
  const [exitCode, signal] = (await closed) as [number | null, string | null];
  const stdoutBytes = Buffer.concat(parts);
  return { exitCode, signal, stdout: stdoutBytes.toString(), stderr: (await stderr).toString(), stdoutBytes };
}

function payload(run: PythonRun): Buffer {
  const document = Buffer.from(
    JSON.stringify({
      fileName: run.fileName ?? 'main.py',
      code: run.code,
      args: run.args ?? [],
      env: Object.entries(run.env ?? {}).map(([name, value]) => ({ name, value })),
      files: Object.entries(run.files ?? {}).map(([path, content]) => ({
        path,
        content: Buffer.from(content).toString('base64'),
      })),
    }),
  );
  return Buffer.concat([Buffer.from(`${document.length}\n`), document, Buffer.from(run.stdin ?? '')]);
}
