import type { Attempt } from '../attempt.ts';
import { disk } from './disk.ts';
import { frames } from './frames.ts';
import { launcher } from './launcher.ts';
import { output } from './output.ts';
import { processes } from './processes.ts';

export const python: readonly Attempt[] = [...frames, ...launcher, ...processes, ...disk, ...output];
