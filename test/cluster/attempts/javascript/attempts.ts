import type { Attempt } from '../attempt.ts';
import { files } from './files.ts';
import { frames } from './frames.ts';
import { launcher } from './launcher.ts';
import { processes } from './processes.ts';

export const javascript: readonly Attempt[] = [...frames, ...launcher, ...processes, ...files];
