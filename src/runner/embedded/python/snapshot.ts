import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonCellsLibrary } from '../../local/cells/python/source.ts';
import { HERMETIC_FLAGS } from '../../local/deno-flags.ts';
import type { Packages } from '../packages.ts';

export interface PythonSnapshotOptions {
  /** Where snapshots are kept; made when it is not there. */
  readonly dataDir: string;
  /** Where one may lie that was made with the install; it is only read. Default: nowhere. */
  readonly installed?: string;
  readonly packages: Packages;
  /** Called when one has to be made. */
  readonly onMaking?: () => void;
  /** Gives up making one and removes what was written of it. */
  readonly signal?: AbortSignal;
}

/** Where `npm ci` keeps what it makes beside the packages. */
export const INSTALLED = fileURLToPath(new URL('../../../../node_modules/.cache/podline', import.meta.url));
const SOURCES = fileURLToPath(new URL('.', import.meta.url));
const DIGEST_BYTES = 32;
/** Bytes of a snapshot read at once to check it. */
const READ_BYTES = 1024 * 1024;
/** Unfinished files older than this are left from a process that was killed, milliseconds. */
const ABANDONED_MS = 3_600_000;
/** Bytes of the maker's stderr that an error quotes. */
const QUOTED_BYTES = 2000;

/**
 * The file with the memory of a started Python interpreter that launchers/python.js restores: makes it (3 s, 30 MB)
 * unless `installed` or `dataDir` holds one of these very versions of Deno, Pyodide and our sources, whole to the last
 * bit. Several processes may do so at once. Removes snapshots of other versions from `dataDir`. Resolves to the file's
 * path; throws when Deno cannot make one, with what it said.
 */
export async function ensurePythonSnapshot({
  dataDir,
  installed,
  packages,
  onMaking = () => undefined,
  signal,
}: PythonSnapshotOptions): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  const name = `python-${await versionKey(packages)}.snapshot`;
  await removeOthers(dataDir, name);
  const places = installed === undefined ? [dataDir] : [installed, dataDir];
  for (const place of places) {
    const file = join(place, name);
    if (await isWhole(file)) return file;
  }
  onMaking();
  const file = join(dataDir, name);
  await makeSnapshot(file, packages, signal);
  return file;
}

async function versionKey(packages: Packages): Promise<string> {
  const hash = createHash('sha256');
  hash.update(`${packages.denoVersion}\n`);
  hash.update(await readFile(join(packages.pyodideDirectory, 'package.json')));
  const sources = (await readdir(SOURCES, { recursive: true }))
    .filter((name) => /\.(js|py)$/.test(name))
    .sort()
    .map((name) => join(SOURCES, name));
  for (const source of sources) hash.update(await readFile(source));
  hash.update(pythonCellsLibrary());
  return hash.digest('hex').slice(0, 16);
}

/**
 * A snapshot ends with the SHA-256 of everything before: whether it is there and unharmed. Read into one buffer: a
 * stream leaves 30 MB of them behind, which an idle server would hold for good.
 */
async function isWhole(file: string): Promise<boolean> {
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size <= DIGEST_BYTES) return false;
  await using handle = await open(file);
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  const hash = createHash('sha256');
  for (let left = size - DIGEST_BYTES; left > 0; ) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(left, READ_BYTES));
    if (bytesRead === 0) return false;
    hash.update(buffer.subarray(0, bytesRead));
    left -= bytesRead;
  }
  const { bytesRead } = await handle.read(buffer, 0, DIGEST_BYTES);
  return hash.digest().equals(buffer.subarray(0, bytesRead));
}

/** Written under a name of its own and renamed when complete: whoever sees the file sees all of it. */
async function makeSnapshot(file: string, packages: Packages, signal?: AbortSignal): Promise<void> {
  const unfinished = `${file}.${randomUUID()}.unfinished`;
  const cache = await mkdtemp(join(tmpdir(), 'podline-python-'));
  try {
    await writeSnapshot(unfinished, packages, cache, signal);
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
    await rm(cache, { recursive: true, force: true });
  }
}

async function writeSnapshot(
  file: string,
  packages: Packages,
  cache: string,
  signal?: AbortSignal,
): Promise<void> {
  const maker = spawn(
    packages.denoFile,
    [
      'run',
      ...HERMETIC_FLAGS,
      `--allow-read=${[SOURCES, packages.pyodideDirectory].join()}`,
      join(SOURCES, 'make.js'),
      packages.pyodideDirectory,
    ],
    {
      env: { DENO_DIR: cache, TZ: 'UTC' },
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(signal && { signal, killSignal: 'SIGKILL' as const }),
    },
  );
  const ended = new Promise<number | null>((resolve, reject) => {
    maker.once('error', reject);
    maker.once('close', resolve);
  });
  // Awaited further down, with the output: a failed start must not count as unhandled until then.
  ended.catch(() => undefined);
  // One that fails does not read it.
  maker.stdin.on('error', () => undefined).end(pythonCellsLibrary());
  let complaint = '';
  maker.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-QUOTED_BYTES);
  });
  const hash = createHash('sha256');
  const output = await open(file, 'wx');
  try {
    const written = (async () => {
      for await (const bytes of maker.stdout) {
        hash.update(bytes);
        await output.writeFile(bytes);
      }
    })();
    const [code] = await Promise.all([ended, written]);
    if (code !== 0)
      throw new Error(`Expected Deno to make a Python snapshot, got exit code ${code}: ${complaint}`);
    await output.writeFile(hash.digest());
  } finally {
    maker.kill('SIGKILL');
    await output.close();
  }
}

async function removeOthers(dataDir: string, current: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (name === current || !/^python-[0-9a-f]+\.snapshot/.test(name)) continue;
    const file = join(dataDir, name);
    const age = await stat(file).then(
      (found) => Date.now() - found.mtimeMs,
      () => 0,
    );
    if (name.endsWith('.unfinished') && age < ABANDONED_MS) continue;
    await rm(file, { force: true });
  }
}
