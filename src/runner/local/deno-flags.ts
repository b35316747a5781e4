/**
 * Flags of every Deno that is started here: nothing is downloaded, looked up, asked for or cached. Without each of them it
 * would do one of these.
 */
export const HERMETIC_FLAGS = [
  '--quiet',
  '--no-remote',
  '--no-npm',
  '--no-config',
  '--no-lock',
  '--no-prompt',
  '--cached-only',
  '--no-code-cache',
  '--no-check',
] as const;
