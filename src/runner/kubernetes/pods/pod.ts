import type { RunEnd } from '../../../executions/run.ts';
import type { PodLauncher } from '../environments.ts';
import type { Session } from '../session/session.ts';

/** A pod made for one execution, as whoever runs a program in it sees it. */
export interface Pod {
  readonly launcher: PodLauncher;
  /** Name of its Job. */
  readonly job: string;
  readonly name: string;
  readonly uid: string;
  /** Null as long as it has not been given one. */
  readonly node: string | null;
  /** The way to its process 1. */
  readonly session: Session;
  /** Whether the cluster can be reached now; when not, a pod's silence means nothing. */
  readonly reachable: boolean;
  /** What the cluster reports of it, as of now. */
  observe(): PodState;
  /** Calls the listener when `observe` may give something else. */
  onChange(listener: () => void): Disposable;
  /** Lines of its log that the node still has, as they are there now; ends at once when there is none. */
  readLog(signal: AbortSignal): AsyncIterable<string>;
}

/** How a pod ended, for when its launcher reported no end. */
export interface PodEnd extends Pick<RunEnd, 'reason'> {
  /** One sentence for a person. */
  readonly message: string;
}

/** @param message one sentence for a person */
export function podEnd(reason: RunEnd['reason'], message: string): PodEnd {
  return { reason, message };
}

/** What a pod's and its Job's status come down to. A read that failed is `unknown`, never `gone`. */
export type PodState =
  /** Its container does not run yet. `cause` is what it waits for. */
  | {
      readonly state: 'pending';
      readonly cause: 'starting' | 'scheduling' | 'image' | 'refused';
      readonly message: string;
    }
  | { readonly state: 'running' }
  /** It is being removed, by whom is not always known. */
  | ({ readonly state: 'terminating' } & PodEnd)
  /** Its container has ended. */
  | ({ readonly state: 'ended' } & PodEnd)
  /** It is certainly there no more; no log can be read. */
  | ({ readonly state: 'gone' } & PodEnd)
  | { readonly state: 'unknown'; readonly message: string };

/** What a status or event may contribute to a message, characters. */
const LENGTH = 300;

/** A cluster's words as the end of a sentence: on one line, bounded, with one full stop. */
export function quote(text: string): string {
  const line = text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .replace(/[.\s]+$/, '');
  const cut = line.length <= LENGTH ? line : `${line.slice(0, LENGTH - 1).toWellFormed()}…`;
  return `${cut}.`;
}
