import type { Limits } from '../../executions/execution.ts';
import type { RuntimeInfo } from '../../executions/runner.ts';
import type { Language, LauncherName } from '../languages/language.ts';
import { runtimeOf } from '../languages/runtimes.ts';
import type { Environments } from './environments.ts';

const COMMON_NOTES = [
  'memoryMb counts the memory of all processes of a program together; what its launcher needs comes on top.',
  'A program finds a writable working directory and /tmp, 256 MiB each; everything else is read-only.',
  'Whether a program reaches the network is decided by the network policies of the cluster.',
];
const INTERPRETERS: { readonly [launcher in LauncherName]: string } = {
  python: 'CPython',
  javascript: 'Node',
};

const PRELOADED =
  'Common modules of the standard library are imported before the program starts, and are in sys.modules from the beginning.';

/**
 * What the Kubernetes runner can run: the languages that have an image.
 * @param versionIn the version of an environment's interpreter, by its name; null until that is known
 */
export function describeRuntimes(
  languages: readonly Language[],
  environments: Environments,
  versionIn: (environment: string) => string | null,
  { defaults, maximums }: { readonly defaults: Limits; readonly maximums: Limits },
): readonly RuntimeInfo[] {
  return languages.flatMap((language) => {
    const environment = environments.get(language.name);
    if (environment === undefined) return [];
    const { name, image } = environment;
    return runtimeOf(language, {
      version: (language.launcher === null ? null : versionIn(name)) ?? versionOf(image),
      packages: [],
      notes: [...COMMON_NOTES, ...notesOf(language)],
      takesInput: true,
      leavesFiles: true,
      canInterrupt: true,
      defaults,
      maximums,
    });
  });
}

function notesOf({ launcher }: Language): readonly string[] {
  if (launcher === null) return ['Runs by the tools of its image.'];
  return [
    `Runs on ${INTERPRETERS[launcher]}, with the packages that its image has.`,
    ...(launcher === 'python' ? [PRELOADED] : []),
  ];
}

/** What an image's tag says of its interpreter: `registry:5000/python:3.13-slim@sha256:…` is 3.13. */
export function versionOf(image: string): string {
  const name = image.split('@', 1)[0] ?? '';
  const tag = name.slice(name.lastIndexOf('/') + 1).split(':')[1] ?? '';
  return /^v?(\d+(?:\.\d+)*)/.exec(tag)?.[1] ?? 'unknown';
}
