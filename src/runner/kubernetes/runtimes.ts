import type { Limits } from '../../executions/execution.ts';
import type { RuntimeInfo } from '../../executions/runner.ts';
import type { LauncherName } from '../languages/language.ts';
import { runtimesOf } from '../languages/runtimes.ts';

/** As the interpreters named them; null until one has. */
export type Versions = { readonly [launcher in LauncherName]: string | null };

const COMMON_NOTES = [
  'memoryMb counts the memory of all processes of a program together; what its launcher needs comes on top.',
  'A program finds a writable working directory and /tmp, 256 MiB each; everything else is read-only.',
  'stdin ends with what was submitted: stdinOpen is refused, and programs cannot be interrupted, only cancelled.',
  'Files that a program leaves are not kept.',
  'Whether a program reaches the network is decided by the network policies of the cluster.',
];
const INTERPRETERS: { readonly [launcher in LauncherName]: string } = {
  python: 'CPython',
  javascript: 'Node',
};

const PRELOADED =
  'Common modules of the standard library are imported before the program starts, and are in sys.modules from the beginning.';

/** What the Kubernetes runner can run. */
export function describeRuntimes(
  images: { readonly [launcher in LauncherName]: string },
  versions: Versions,
  limits: { readonly defaults: Limits; readonly maximums: Limits },
): readonly RuntimeInfo[] {
  return runtimesOf({
    version: (launcher) => versions[launcher] ?? versionOf(images[launcher]),
    notes: (launcher) => [
      ...COMMON_NOTES,
      `Runs on ${INTERPRETERS[launcher]}, with the packages that its image has.`,
      ...(launcher === 'python' ? [PRELOADED] : []),
    ],
    takesInput: () => false,
    leavesFiles: () => false,
    canInterrupt: () => false,
    ...limits,
  });
}

/** What an image's tag says of its interpreter: `registry:5000/python:3.13-slim@sha256:…` is 3.13. */
export function versionOf(image: string): string {
  const name = image.split('@', 1)[0] ?? '';
  const tag = name.slice(name.lastIndexOf('/') + 1).split(':')[1] ?? '';
  return /^v?(\d+(?:\.\d+)*)/.exec(tag)?.[1] ?? 'unknown';
}
