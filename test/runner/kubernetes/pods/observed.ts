import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Observed } from '../../../../src/runner/kubernetes/pods/diagnose.ts';

/**
 * What a real cluster (1.35, containerd, runc and gVisor) said when each of these was done to a Job of ours, trimmed.
 * `afterMs`: how long it took to show, from the Job's creation, or from what was done to its running pod.
 */
export interface Recording extends Observed {
  readonly afterMs: number;
}

const DIRECTORY = join(import.meta.dirname, 'observed');

export const RECORDINGS: readonly string[] = readdirSync(DIRECTORY).map((file) => file.replace('.json', ''));

export function observed(name: string): Recording {
  return JSON.parse(readFileSync(join(DIRECTORY, `${name}.json`), 'utf8'));
}
