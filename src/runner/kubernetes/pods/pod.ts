import type { EndReason } from '../../../executions/execution.ts';
import type { Conversation } from '../conversation/conversation.ts';

/** Which launcher a pod has. JavaScript and TypeScript share one. */
export type LauncherName = 'python' | 'javascript';

/** A pod made for one execution, as whoever runs a program in it sees it. */
export interface Pod {
  readonly launcher: LauncherName;
  /** Name of its Job. */
  readonly job: string;
  readonly name: string;
  readonly uid: string;
  /** Null as long as it has not been given one. */
  readonly node: string | null;
  /** The way to its process 1. */
  readonly conversation: Conversation;
  /** Whether the cluster can be asked now; when not, that a pod is silent tells nothing of it. */
  readonly reachable: boolean;
  /** What the cluster tells of it, as of now. */
  observe(): PodState;
  /** Calls the listener when `observe` may tell something else. */
  onChange(listener: () => void): Disposable;
  /** Lines of its log that the node still has, as they are there now; ends at once when there is none. */
  readLog(signal: AbortSignal): AsyncIterable<string>;
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
  | { readonly state: 'terminating'; readonly reason: EndReason; readonly message: string }
  /** Its container has ended. `reason` is how to tell it when the launcher told no end. */
  | { readonly state: 'ended'; readonly reason: EndReason; readonly message: string }
  /** It is certainly there no more; no log can be read. */
  | { readonly state: 'gone'; readonly reason: EndReason; readonly message: string }
  | { readonly state: 'unknown'; readonly message: string };
