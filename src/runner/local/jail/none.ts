import type { Jail } from './jail.ts';

/** No jail: the process sees the host as the server does. For systems that have none, and for tests of what it stops. */
export const noJail: Jail = {
  isolation: 'none',
  description: 'nothing but the permissions of the runtime (no bubblewrap, no Landlock)',
  isJail: false,
  hasScratch: false,
  files: [],
  places: ({ directory }) => ({ directory, locate: (path) => path }),
  wrap: (command) => command,
};
