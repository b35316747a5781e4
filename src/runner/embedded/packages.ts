import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';

/** Where the runtimes lie and which they are; read from the installed packages, no process is started. */
export interface Packages {
  /** Deno's own binary, not the script of its npm package that looks for it. */
  readonly denoFile: string;
  readonly denoVersion: string;
  /** Pyodide's files; ends with a separator. */
  readonly pyodideDirectory: string;
  /** CPython's version within Pyodide. */
  readonly pythonVersion: string;
}

/** Throws when a package is not installed or there is no Deno for this platform; the message says which. */
export function findPackages(): Packages {
  const require = createRequire(import.meta.url);
  const denoPackage = require.resolve('deno/package.json');
  const platformPackage = `@deno/${platformName()}/package.json`;
  const pyodideDirectory = dirname(require.resolve('pyodide/package.json')) + sep;
  return {
    denoFile: join(
      dirname(createRequire(denoPackage).resolve(platformPackage)),
      process.platform === 'win32' ? 'deno.exe' : 'deno',
    ),
    denoVersion: text(readJson(denoPackage), ['version']),
    pyodideDirectory,
    pythonVersion: text(readJson(join(pyodideDirectory, 'pyodide-lock.json')), ['info', 'python']),
  };
}

function platformName(): string {
  const name = `${process.platform}-${process.arch}`;
  return process.platform === 'linux' ? `${name}-glibc` : name;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function text(document: unknown, path: readonly string[]): string {
  let value = document;
  for (const name of path) value = (value as Record<string, unknown> | undefined)?.[name];
  if (typeof value !== 'string') throw new Error(`Expected text at ${path.join('.')}, got ${typeof value}`);
  return value;
}
