import type { Attempt } from './attempt.ts';
import { disk } from './javascript/disk.ts';
import { environment } from './javascript/environment.ts';
import { files } from './javascript/files.ts';
import { network } from './javascript/network.ts';
import { processes } from './javascript/processes.ts';

/** Attempts in JavaScript, by what they would reach. */
export const CAPABILITIES: { readonly [capability: string]: readonly Attempt[] } = {
  files,
  disk,
  environment,
  network,
  processes,
};
