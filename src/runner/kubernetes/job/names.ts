import { randomBytes, randomInt } from 'node:crypto';
import type { LauncherName } from '../pods/pod.ts';

/** Name of the one container. */
export const CONTAINER = 'program';

/** `podline-<launcher>-<16 hex digits>`: never used twice, and short enough for a pod's name and its host name. */
export function jobName(launcher: LauncherName): string {
  return `podline-${launcher}-${randomBytes(8).toString('hex')}`;
}

/**
 * The uids that Jobs get. Process limits count a uid over all pods of a node, so each Job has one of its own. The range
 * lies above what images, subordinate ids and systemd's containers use (up to 1,879,048,191) and below 2³¹, where
 * Kubernetes' own bound is.
 */
export const USERS = { least: 1_900_000_000, most: 2_147_483_646 } as const;

/** A uid for a Job, also its group. */
export function randomUser(): number {
  return randomInt(USERS.least, USERS.most + 1);
}
