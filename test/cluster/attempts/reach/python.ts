import { cluster } from './python/cluster.ts';
import { kernel } from './python/kernel.ts';
import { launcher } from './python/launcher.ts';
import type { Reach } from './reach.ts';

/** With what Python offers: every system call there is. */
export const python: readonly Reach[] = [...cluster, ...launcher, ...kernel];
