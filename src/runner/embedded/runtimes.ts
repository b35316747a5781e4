import type { Limits } from '../../executions/execution.ts';
import type { RuntimeInfo } from '../../executions/runner.ts';
import type { Language } from '../languages/language.ts';
import { runtimesOf } from '../languages/runtimes.ts';
import type { Jail } from '../local/jail/jail.ts';
import type { Packages } from './packages.ts';

const COMMON_NOTES = [
  'cpuMillis is not enforced: programs share the processors of the server and give way to it.',
  'A program has no network, starts no subprocess, and reads no file of the host.',
  ...(process.platform === 'linux' ? [] : ['memoryMb is not enforced on this operating system.']),
];
/** Windows has no signals, and no jail that could be looked into. */
const CAN_INTERRUPT = process.platform !== 'win32';
const JAVASCRIPT_NOTES = [
  ...COMMON_NOTES,
  'Runs on Deno with its Node compatibility: node: modules work as far as a sandbox without permissions allows.',
  'A .js file without import, export, import.meta or await at its top is CommonJS, as in Node; a .js file that an ES module imports is an ES module.',
  'An interrupt is SIGINT, which ends a program without a handler of its own; prompt() answers null, as without a terminal.',
  'node:test reports in the format of Node, with fewer figures; Workers have no stdout of their own (stdout: true), and their errors are printed also when they are handled.',
  'Packages cannot be imported; files given with the program can.',
];
const PYTHON_NOTES = [
  ...COMMON_NOTES,
  'Runs on CPython compiled to WebAssembly: no threads, no sockets, no native wheels, the standard library only.',
  'Local time is UTC, TZ and PYTHONHASHSEED have no effect; time zones have rules up to 2100.',
  'An interrupt raises KeyboardInterrupt between two instructions of Python: a long call into C ends first.',
];

const WITH_SCRATCH = {
  python: ['Files are in memory, as part of it; of those that it leaves up to 64 MiB are copied out.'],
  javascript: [
    'A program writes files in its own directory only, up to 64 MiB, which are in memory as part of it; it makes no symbolic links.',
  ],
};
const WITHOUT_SCRATCH = {
  python: [
    'Files are in memory, and those that a program leaves are not kept: that takes the jail of bubblewrap.',
  ],
  javascript: ['No file can be written: that takes the jail of bubblewrap.'],
};

/** What the embedded runner can run. */
export function describeRuntimes(
  languages: readonly Language[],
  { denoVersion, pythonVersion }: Packages,
  jail: Jail,
  limits: { readonly defaults: Limits; readonly maximums: Limits },
): readonly RuntimeInfo[] {
  const versions = { python: pythonVersion, javascript: denoVersion };
  const notes = { python: PYTHON_NOTES, javascript: JAVASCRIPT_NOTES };
  return runtimesOf({
    languages,
    version: (launcher) => versions[launcher],
    // It has no packages: nothing can be installed in it.
    packages: () => [],
    notes: (launcher) => [
      ...notes[launcher],
      ...(jail.hasScratch ? WITH_SCRATCH : WITHOUT_SCRATCH)[launcher],
      `Isolated by ${jail.description}.`,
    ],
    takesInput: () => true,
    leavesFiles: () => jail.hasScratch,
    canInterrupt: () => CAN_INTERRUPT,
    ...limits,
  });
}
