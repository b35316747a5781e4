import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { V1ConfigMap } from '@kubernetes/client-node';
import { LAUNCHER_NAMES } from '../../languages/language.ts';
import { SUPPORT_FILES } from '../../languages/start-script.ts';
import type { Cluster } from '../cluster.ts';
import { POD_LAUNCHERS, type PodLauncher } from '../environments.ts';
import { LAUNCHER, LAUNCHER_DIRECTORY, MANAGED_BY, NAME } from '../job/mandatory.ts';
import { cellsSource } from './cells.ts';
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
export const LAUNCHER_MEMORY_MB: { readonly [launcher in PodLauncher]: number } = {
  python: 128,
  javascript: 192,
  shell: 192,
};

const INTERPRETERS = { python: ['python3', '-E', '-s'], javascript: ['node'] } as const;
const FILES = { python: 'launcher.py', javascript: 'launcher.mjs' } as const;
/** What a launcher starts, from beside itself, for an interpreter that runs cells. */
export const CELLS_FILES = { python: 'cells.py', javascript: 'cells.mjs' } as const;

/** What a pod's container says as it ends when its image has no interpreter for a launcher, and its exit code. */
export const NO_INTERPRETER = { message: 'it has neither python3 nor node', exitCode: 127 } as const;

/** The command of a launcher's container: the interpreter and the file that its ConfigMap brings. */
export function launcherCommand(launcher: PodLauncher): string[] {
  const times = [String(IDLE_MS), String(LINGER_MS)];
  if (launcher !== 'shell') return [...interpreter(launcher), ...times];
  const ways = LAUNCHER_NAMES.map((name) => {
    const words = interpreter(name).join(' ');
    return `if command -v ${INTERPRETERS[name][0]} >/dev/null; then PODLINE_LAUNCHER=shell exec ${words} "$@"; fi`;
  });
  const { message, exitCode } = NO_INTERPRETER;
  const script = [...ways, `printf '${message}' >/dev/termination-log`, `exit ${exitCode}`].join('\n');
  return ['/bin/sh', '-c', script, 'sh', ...times];
}

function interpreter(launcher: keyof typeof INTERPRETERS): readonly string[] {
  return [...INTERPRETERS[launcher], `${LAUNCHER_DIRECTORY}/${FILES[launcher]}`];
}

export interface LauncherConfigMap {
  /** `podline-launcher-<launcher>-<16 hex digits of its text's SHA-256>`: another text has another name. */
  readonly name: string;
  readonly manifest: V1ConfigMap;
}

const configMaps = new Map<PodLauncher, LauncherConfigMap>();

/**
 * The ConfigMap that carries a launcher's text to its pods, so that any image with the interpreter works. In the Job's
 * command it would be sent to every watcher with each event of the Job and its pod, some fifteen for each execution.
 *
 * Immutable and named by what it holds: servers of several versions side by side each have their own, and a pod has the
 * launcher of the server that made its Job. Nobody deletes it: it takes 60 KiB for each version, and a right to delete
 * would be one to delete any ConfigMap of the namespace.
 * @throws when a launcher's file cannot be read
 */
export function launcherConfigMap(launcher: PodLauncher): LauncherConfigMap {
  let map = configMaps.get(launcher);
  if (map === undefined) {
    const data = filesOf(launcher);
    const hash = createHash('sha256').update(Object.values(data).join('')).digest('hex').slice(0, 16);
    const name = `podline-launcher-${launcher}-${hash}`;
    const labels = { [MANAGED_BY]: 'podline', [NAME]: 'podline-launcher', [LAUNCHER]: launcher };
    map = {
      name,
      manifest: { metadata: { name, labels }, immutable: true, data },
    };
    configMaps.set(launcher, map);
  }
  return map;
}

/** What a launcher's pods mount: its own, or all where the image decides which of them it is. */
export function launcherConfigMaps(launcher: PodLauncher): readonly LauncherConfigMap[] {
  return mountedBy(launcher).map(launcherConfigMap);
}

function mountedBy(launcher: PodLauncher): readonly PodLauncher[] {
  return launcher === 'shell' ? POD_LAUNCHERS : [launcher];
}

function filesOf(launcher: PodLauncher): { [name: string]: string } {
  if (launcher !== 'shell') {
    return { [FILES[launcher]]: launcherSource(launcher), [CELLS_FILES[launcher]]: cellsSource(launcher) };
  }
  const files = Object.entries(SUPPORT_FILES).map(([name, path]) => [name, readFileSync(path, 'utf8')]);
  return Object.fromEntries(files);
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
  readonly #made = new Map<PodLauncher, Made>();

  readonly #now: () => number;

  /** @param now the monotonic clock, milliseconds */
  constructor(cluster: Pick<Cluster, 'createConfigMap'>, now = () => performance.now()) {
    this.#cluster = cluster;
    this.#now = now;
  }

  /** Resolves when what the launcher's pods mount is there, or was once. @throws ApiError; the next call tries again */
  async ensure(launcher: PodLauncher): Promise<void> {
    await Promise.all(mountedBy(launcher).map((name) => (this.#made.get(name) ?? this.#make(name)).done));
  }

  /** Makes it again: somebody has deleted it. @throws ApiError */
  async restore(launcher: PodLauncher): Promise<void> {
    const restored = mountedBy(launcher).map((name) => {
      const made = this.#made.get(name);
      const isRecent = made !== undefined && this.#now() - made.at < RESTORE_MS;
      return (isRecent ? made : this.#make(name)).done;
    });
    await Promise.all(restored);
  }

  #make(launcher: PodLauncher): Made {
    const done = this.#cluster.createConfigMap(launcherConfigMap(launcher).manifest);
    const made = { at: this.#now(), done };
    this.#made.set(launcher, made);
    done.catch(() => {
      if (this.#made.get(launcher) === made) this.#made.delete(launcher);
    });
    return made;
  }
}
