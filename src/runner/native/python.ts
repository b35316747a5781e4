import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute } from 'node:path';
import { promisify } from 'node:util';
import { ConfigError } from '../../config-error.ts';

/** The interpreter that runs Python programs. */
export interface Python {
  readonly file: string;
  /** The folder of an environment's commands, which come before this machine's; null: the machine's own Python. */
  readonly folder: string | null;
  /** What it needs beside /usr. */
  readonly directories: readonly string[];
}

const SYSTEM_PYTHON = '/usr/bin/python3';
const TIMEOUT_MS = 20_000;
/** The environment, the installation that it was made from, and the interpreter that its link leads to. */
const QUESTION =
  'import json, os, sys; print(json.dumps([sys.prefix, sys.base_prefix, sys.base_exec_prefix, os.path.realpath(sys.executable)]))';

const COMPILE =
  'import py_compile, sys; py_compile.compile(*sys.argv[1:], doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)';

/**
 * What it takes to run an interpreter in a sandbox. Null when none was named and this machine has none.
 * @param named NATIVE_PYTHON
 * @throws ConfigError when the named one does not run
 */
export async function findPython(named: string | null): Promise<Python | null> {
  if (named === null) {
    return existsSync(SYSTEM_PYTHON) ? { file: SYSTEM_PYTHON, folder: null, directories: [] } : null;
  }
  const expected = 'NATIVE_PYTHON: expected the absolute path of a Python interpreter';
  if (!isAbsolute(named)) throw new ConfigError(`${expected}, got ${JSON.stringify(named)}`);
  try {
    const { stdout } = await promisify(execFile)(named, ['-I', '-c', QUESTION], {
      env: {},
      timeout: TIMEOUT_MS,
    });
    const [prefix, base, execBase, real] = JSON.parse(stdout) as [string, string, string, string];
    const needed = [prefix, base, execBase, dirname(real)].filter((path) => !isInUsr(path));
    const directories = [...new Set(needed)].filter(
      (path) => !needed.some((other) => path.startsWith(`${other}/`)),
    );
    return { file: named, folder: dirname(named), directories };
  } catch (cause) {
    throw new ConfigError(`${expected}, got ${JSON.stringify(named)}, which does not run`, { cause });
  }
}

/**
 * Compiles a script to `FILEc` beside it, which that interpreter runs as it would the script.
 * @throws ConfigError when it does not
 */
export async function compilePython({ file: python }: Python, script: string): Promise<string> {
  const compiled = `${script}c`;
  try {
    const args = ['-I', '-c', COMPILE, script, compiled, basename(script)];
    await promisify(execFile)(python, args, { env: {}, timeout: TIMEOUT_MS });
    return compiled;
  } catch (cause) {
    throw new ConfigError(`RUNNER=native: expected ${python} to compile a script, got an error`, { cause });
  }
}

/** Notes for `runtimes`. */
export function describePython(python: Python | null): readonly string[] {
  return python?.folder ? [`Runs ${python.file} with the packages of its environment.`] : [];
}

function isInUsr(path: string): boolean {
  return path === '/usr' || path.startsWith('/usr/');
}
