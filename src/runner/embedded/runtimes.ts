import { MINIMUM_LIMITS } from '../../bounds.ts';
import type { Limits } from '../../executions/execution.ts';
import type { RuntimeInfo } from '../../executions/runner.ts';
import type { Packages } from './packages.ts';

const COMMON_NOTES = [
  'cpuMillis is not enforced: programs share the processors of the server and give way to it.',
  'A program has no network, starts no subprocess, and reads no file of the host.',
  ...(process.platform === 'linux' ? [] : ['memoryMb is not enforced on this operating system.']),
];
const JAVASCRIPT_NOTES = [
  ...COMMON_NOTES,
  'Runs on Deno with its Node compatibility: node: modules work as far as a sandbox without permissions allows.',
  'Packages cannot be imported; files given with the program can, and no file can be written.',
];
const PYTHON_NOTES = [
  ...COMMON_NOTES,
  'Runs on CPython compiled to WebAssembly: no threads, no sockets, no native wheels, the standard library only.',
  'Files are kept in memory and are gone at the end.',
];

/** What the embedded runner can run; python is the default. */
export function describeRuntimes(
  { denoVersion, pythonVersion }: Packages,
  { defaults, maximums }: { readonly defaults: Limits; readonly maximums: Limits },
): readonly RuntimeInfo[] {
  const limits = { minimums: MINIMUM_LIMITS, defaults, maximums };
  return [
    {
      language: 'python',
      version: pythonVersion,
      isDefault: true,
      defaultFileName: 'main.py',
      extensions: ['.py'],
      ...limits,
      notes: PYTHON_NOTES,
    },
    {
      language: 'javascript',
      version: denoVersion,
      isDefault: false,
      defaultFileName: 'main.js',
      extensions: ['.js', '.mjs', '.cjs'],
      ...limits,
      notes: JAVASCRIPT_NOTES,
    },
    {
      language: 'typescript',
      version: denoVersion,
      isDefault: false,
      defaultFileName: 'main.ts',
      extensions: ['.ts', '.mts', '.cts'],
      ...limits,
      notes: [...JAVASCRIPT_NOTES, 'Types are removed, not checked.'],
    },
  ];
}
