import type { Attempt } from './attempt.ts';
import { disk } from './javascript/disk.ts';
import { environment } from './javascript/environment.ts';
import { existence } from './javascript/existence.ts';
import { files } from './javascript/files.ts';
import { network } from './javascript/network.ts';
import { printing } from './javascript/printing.ts';
import { processes } from './javascript/processes.ts';
import { quoting } from './javascript/quoting.ts';

/** Attempts in JavaScript, by what they would reach. */
export const CAPABILITIES: { readonly [capability: string]: readonly Attempt[] } = {
  files,
  disk,
  environment,
  network,
  processes,
};

/** Attempts in JavaScript at what Deno does by itself, in a program's name, without asking for a permission. */
export const UNASKED = { quoting, printing, existence };
