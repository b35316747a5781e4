import { MINIMUM_LIMITS } from '../../bounds.ts';
import type { Limits } from '../../executions/execution.ts';
import type { RuntimeInfo } from '../../executions/runner.ts';
import type { LauncherName } from './pods/pod.ts';

export interface Versions {
  /** As the interpreter said; null until one has. */
  readonly python: string | null;
  readonly javascript: string | null;
}

const COMMON_NOTES = [
  'memoryMb counts the memory of all processes of a program together; what its launcher needs comes on top.',
  'A program finds a writable working directory and /tmp, 256 MiB each; everything else is read-only.',
  'Whether a program reaches the network is decided by the network policies of the cluster.',
];
const JAVASCRIPT_NOTES = [...COMMON_NOTES, 'Runs on Node, with the packages that its image has.'];

/** What the Kubernetes runner can run; python is the default. */
export function describeRuntimes(
  images: { readonly [launcher in LauncherName]: string },
  versions: Versions,
  { defaults, maximums }: { readonly defaults: Limits; readonly maximums: Limits },
): readonly RuntimeInfo[] {
  const limits = { minimums: MINIMUM_LIMITS, defaults, maximums };
  const node = versions.javascript ?? versionOf(images.javascript);
  return [
    {
      language: 'python',
      version: versions.python ?? versionOf(images.python),
      isDefault: true,
      defaultFileName: 'main.py',
      extensions: ['.py'],
      ...limits,
      notes: [...COMMON_NOTES, 'Runs on CPython, with the packages that its image has.'],
    },
    {
      language: 'javascript',
      version: node,
      isDefault: false,
      defaultFileName: 'main.js',
      extensions: ['.js', '.mjs', '.cjs'],
      ...limits,
      notes: JAVASCRIPT_NOTES,
    },
    {
      language: 'typescript',
      version: node,
      isDefault: false,
      defaultFileName: 'main.ts',
      extensions: ['.ts', '.mts', '.cts'],
      ...limits,
      notes: [...JAVASCRIPT_NOTES, 'Types are removed, not checked.'],
    },
  ];
}

/** What an image's tag says of its interpreter: `registry:5000/python:3.13-slim@sha256:…` is 3.13. */
export function versionOf(image: string): string {
  const name = image.split('@', 1)[0] ?? '';
  const tag = name.slice(name.lastIndexOf('/') + 1).split(':')[1] ?? '';
  return /^v?(\d+(?:\.\d+)*)/.exec(tag)?.[1] ?? 'unknown';
}
