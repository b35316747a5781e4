import type { Attempt } from './attempt.ts';
import { devices } from './capabilities/devices.ts';
import { files } from './capabilities/files.ts';
import { kernel } from './capabilities/kernel.ts';
import { network } from './capabilities/network.ts';
import { processes } from './capabilities/processes.ts';
import { rights } from './capabilities/rights.ts';

/** What programs of the native host attempt, by what they would reach. */
export const CAPABILITIES: { readonly [capability: string]: readonly Attempt[] } = {
  files,
  devices,
  processes,
  kernel,
  rights,
  network,
};
