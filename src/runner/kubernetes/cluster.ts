import type { CoreV1Event, V1ConfigMap, V1Job, V1Pod } from '@kubernetes/client-node';

/**
 * What the Kubernetes runner needs of a cluster, in one namespace: the edge that `api/` implements (`loadCluster` in
 * `api/cluster.ts`). Whatever rejects here rejects with an `ApiError` (`api/error.ts`), unless its own signal was
 * aborted, then with that signal's reason. An attempt of a call takes 10 s at the most, and is
 * repeated up to three times after a transient failure; logs and attached streams are opened once.
 */
export interface Cluster extends AsyncDisposable {
  readonly namespace: string;

  /** Creates it, or finds the one of that name. One with other data rejects. */
  createConfigMap(map: V1ConfigMap): Promise<void>;
  /** Creates it, or finds the one of that name: names are random, so it was made by an attempt whose response was lost. */
  createJob(job: V1Job): Promise<V1Job>;
  /** Sets labels, removes those that are null. A Job that is not there is no error. */
  labelJob(name: string, labels: Record<string, string | null>): Promise<void>;
  /** Deletes it with its pods; they go in the background. A Job that is not there is no error. */
  deleteJob(name: string): Promise<void>;
  /** Null: certainly not there. A failed read rejects: it is unknown. */
  getPod(name: string): Promise<V1Pod | null>;
  /**
   * Warning events of a Job or pod, newest last, 100 at most. Quota, Pod Security, FailedCreate and FailedScheduling
   * show only there.
   */
  listEvents(kind: 'Job' | 'Pod', name: string): Promise<CoreV1Event[]>;

  /** Lines of the program container's log, without line ends, as far as the node keeps it. */
  readLog(pod: string, options: LogOptions): AsyncIterable<string>;

  /**
   * Opens a stream to the stdin and stdout of process 1; what was printed before is not repeated. Rejects when it is
   * not open within 10 s. Aborting `signal` closes the stream, also later.
   *
   * On a busy node the stdin may be joined a moment before the stdout: what is written at once get a response that is not received.
   * Probe again when no response comes.
   */
  attach(pod: string, handlers: AttachHandlers, signal: AbortSignal): Promise<AttachedStream>;

  /** The Jobs and pods labelled `app.kubernetes.io/managed-by=podline`. */
  readonly jobs: WatchedStore<V1Job>;
  readonly pods: WatchedStore<V1Pod>;

  /**
   * Why the cluster cannot be used now, one sentence for a person: unreachable, credentials refused, namespace missing,
   * a permission missing. Null when nothing is known to stand in the way. It heals by itself within some seconds.
   */
  readonly problem: string | null;
}

export interface LogOptions {
  /** Waits for more until the container ends. A clean end does not prove that it ended. Default: false. */
  readonly follow?: boolean;
  /** Rejects when nothing was received for so long, milliseconds; 0: never. Default: 10,000, and never with `follow`. */
  readonly silenceMs?: number;
  readonly signal: AbortSignal;
}

export interface AttachHandlers {
  /** Must not throw. */
  stdout(bytes: Buffer): void;
}

export interface AttachedStream extends Disposable {
  /** Sent in order, big texts as several messages. After the stream has closed it does nothing. */
  write(text: string): void;
  /** Written and not yet handed to the operating system. */
  readonly bufferedBytes: number;
  /** Reads no more from the pod; what is already here may still be handed out. The pod feels it when buffers are full. */
  pause(): void;
  resume(): void;
  /** Settles when it is open no longer, whatever ended it, after the last call of a handler; never rejects. */
  readonly closed: Promise<{ readonly reason: string }>;
}

/**
 * Called after the change. `object` is null when it is gone; `last` is then its last known state. Otherwise `last` is
 * what was known before, undefined when it is new. Must not throw.
 */
export type ChangeListener<T> = (name: string, object: T | null, last: T | undefined) => void;

/**
 * What is known of the objects of one kind, kept up to date by a watch, and by a full list now and then. To save memory
 * objects lack `managedFields` and their containers' `command` and `args`. Objects are never changed: a new state is a
 * new object.
 */
export interface WatchedStore<T> {
  get(name: string): T | undefined;
  list(): readonly T[];
  /** Whether all has been listed at least once; before that a missing object is unknown, not gone. */
  readonly synced: boolean;
  /** Calls back on every change from now on, until what it returned is disposed. */
  onChange(listener: ChangeListener<T>): Disposable;
}
