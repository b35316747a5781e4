import { createHash } from 'node:crypto';
import type { V1ConfigMap } from '@kubernetes/client-node';
import type { LauncherName } from '../../languages/language.ts';
import type { Cluster } from '../cluster.ts';
import { LAUNCHER, LAUNCHER_DIRECTORY, MANAGED_BY, NAME } from '../job/mandatory.ts';
import { launcherSource } from './source.ts';

/** How long a launcher waits for a line before it takes itself for an orphan and exits, milliseconds. */
export const IDLE_MS = 60_000;
/** How long a launcher stays after the end for somebody who still reads, milliseconds. */
export const LINGER_MS = 600_000;

/**
 * What a launcher needs beside the program's own memory, MiB: itself and its waiting interpreter (24 in Python, 42 in
 * Node), the largest payload while it is decoded (80, 45), 4 of frames held, and what gVisor takes. Measured: with a
 * program of 16 MiB and the largest payload gVisor ended Python at 96 and Node at 64.
 */
export const LAUNCHER_MEMORY_MB: { readonly [launcher in LauncherName]: number } = {
  python: 128,
  javascript: 192,
};

const INTERPRETERS = { python: ['python3', '-E', '-s'], javascript: ['node'] } as const;
const FILES = { python: 'launcher.py', javascript: 'launcher.mjs' } as const;

/** The command of a launcher's container: the interpreter and the file that its ConfigMap brings. */
export function launcherCommand(launcher: LauncherName): string[] {
  const file = `${LAUNCHER_DIRECTORY}/${FILES[launcher]}`;
  return [...INTERPRETERS[launcher], file, String(IDLE_MS), String(LINGER_MS)];
}

export interface LauncherConfigMap {
  /** `podline-launcher-<launcher>-<16 hex digits of its text's SHA-256>`: another text has another name. */
  readonly name: string;
  readonly manifest: V1ConfigMap;
}

const configMaps = new Map<LauncherName, LauncherConfigMap>();

/**
 * The ConfigMap that carries a launcher's text to its pods, so that any image with the interpreter works. In the Job's
 * command it would be sent to every watcher with each event of the Job and its pod, some fifteen for each execution.
 *
 * Immutable and named by what it holds: servers of several versions side by side each have their own, and a pod has the
 * launcher of the server that made its Job. Nobody deletes it: it takes 60 KiB for each version, and a right to delete
 * would be one to delete any ConfigMap of the namespace.
 * @throws when a launcher's file cannot be read
 */
export function launcherConfigMap(launcher: LauncherName): LauncherConfigMap {
  let map = configMaps.get(launcher);
  if (map === undefined) {
    const source = launcherSource(launcher);
    const hash = createHash('sha256').update(source).digest('hex').slice(0, 16);
    const name = `podline-launcher-${launcher}-${hash}`;
    const labels = { [MANAGED_BY]: 'podline', [NAME]: 'podline-launcher', [LAUNCHER]: launcher };
    map = {
      name,
      manifest: { metadata: { name, labels }, immutable: true, data: { [FILES[launcher]]: source } },
    };
    configMaps.set(launcher, map);
  }
  return map;
}

/** How often one is made again, milliseconds: the event that reports it missing stays for an hour. */
const RESTORE_MS = 10_000;

interface Made {
  readonly at: number;
  readonly done: Promise<void>;
}

/** Sees to it that the cluster has the launchers' ConfigMaps: made before the first Job, and when a pod reports one missing. */
export class LauncherMaps {
  readonly #cluster: Pick<Cluster, 'createConfigMap'>;
  readonly #made = new Map<LauncherName, Made>();

  readonly #now: () => number;

  /** @param now the monotonic clock, milliseconds */
  constructor(cluster: Pick<Cluster, 'createConfigMap'>, now = () => performance.now()) {
    this.#cluster = cluster;
    this.#now = now;
  }

  /** Resolves when it is there, or was once. @throws ApiError; the next call tries again */
  ensure(launcher: LauncherName): Promise<void> {
    return (this.#made.get(launcher) ?? this.#make(launcher)).done;
  }

  /** Makes it again: somebody has deleted it. @throws ApiError */
  restore(launcher: LauncherName): Promise<void> {
    const made = this.#made.get(launcher);
    const isRecent = made !== undefined && this.#now() - made.at < RESTORE_MS;
    return (isRecent ? made : this.#make(launcher)).done;
  }

  #make(launcher: LauncherName): Made {
    const done = this.#cluster.createConfigMap(launcherConfigMap(launcher).manifest);
    const made = { at: this.#now(), done };
    this.#made.set(launcher, made);
    done.catch(() => {
      if (this.#made.get(launcher) === made) this.#made.delete(launcher);
    });
    return made;
  }
}
