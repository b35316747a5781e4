import { abortable } from '../../../async/abortable.ts';
import { UnreadableFileError } from '../../../executions/errors.ts';
import type { FileSink } from '../../../executions/run.ts';
import { onAbort } from '../../run/endings/stop.ts';
import { describeProblem, REST_OF_FILES, TOO_LATE } from '../../run/files/problems.ts';
import type { Pod } from '../pods/pod.ts';
import type { FileEntry } from '../session/file-frames.ts';
import { FileProblem } from '../session/file-reader.ts';
import type { EndFrame } from '../session/frames.ts';

export interface TakeFilesOptions {
  /** The execution's. */
  readonly id: string;
  /** The end that its launcher reports, whatever else has ended the run; null when there will be none. */
  readonly end: Promise<EndFrame | null>;
  readonly sink: FileSink;
  /** Aborted when the execution is left to another process, which then takes them. */
  readonly leaving: AbortSignal;
}

/** How long the pod may be waited for in all, milliseconds; streams may be cut meanwhile. */
const WAIT_MS = 60_000;
/** How long its launcher may take to report an end that this process has come to before, milliseconds. */
const END_MS = 3000;
/** A launcher looks at 10,000 entries; one that tells of more is not heeded. */
const MAX_ENTRIES = 12_000;

const POD_ENDED = 'Its pod ended before its files could be taken.';
const NOT_READ = 'Its pod could not be asked for its files.';
const TERMINATED = 'Its pod was being removed, and its files with it.';
const NOT_KEPT = 'Its pod was started by a version of the server that keeps no files.';

/**
 * Hands over the files that a program left, once its launcher says that it has ended; what cannot be had is listed with the
 * reason. Resolves to false when they were left to another process. Rejects only when the sink does.
 */
export async function takeFiles(pod: Pod, options: TakeFilesOptions): Promise<boolean> {
  const { sink, leaving } = options;
  using over = new Wait(WAIT_MS);
  using _left = onAbort(leaving, () => over.end(TOO_LATE));
  const onPod = (): void => {
    const { state } = pod.observe();
    if (state === 'ended' || state === 'gone') over.end(POD_ENDED);
  };
  using _watch = pod.onChange(onPod);
  onPod();
  let missing = 0;
  const end = await over.until(options.end, END_MS);
  if (end?.cause === 'terminated') over.end(TERMINATED);
  else if (end?.files === undefined) over.end(end === null ? NOT_READ : NOT_KEPT);
  else if (end.files !== 0) missing = await takeAll(pod, options, over);
  if (leaving.aborted) return false;
  if (over.reason !== null && missing === 0) sink.omit(REST_OF_FILES, over.reason);
  else if (over.reason !== null) sink.omitMore(missing, over.reason);
  return true;
}

/** Resolves to how many were told of and not come to. */
async function takeAll(pod: Pod, { id, sink }: TakeFilesOptions, over: Wait): Promise<number> {
  for (let from = 0; ; ) {
    const page = await over.until(pod.session.files.list(id, from, over.signal));
    if (page === null) return 0;
    const total = Math.min(page.total, MAX_ENTRIES);
    for (const entry of page.entries) {
      await hand(entry, sink, () => pod.session.files.content(id, from, entry.bytes ?? 0, over.signal), over);
      from += 1;
      if (over.reason !== null) return Math.max(0, total - from);
    }
    if (page.entries.length === 0 || from >= total) return 0;
  }
}

async function hand(
  { path, bytes, problem }: FileEntry,
  sink: FileSink,
  content: () => AsyncGenerator<Uint8Array>,
  over: Wait,
): Promise<void> {
  if (bytes === null) sink.omit(path, describeProblem(problem ?? ''));
  else await sink.keep(path, sink.isFull ? 0 : bytes, waitedFor(content, over));
}

/** What there is of the content before the wait is over. */
async function* waitedFor(content: () => AsyncGenerator<Uint8Array>, over: Wait): AsyncGenerator<Uint8Array> {
  const parts = content();
  try {
    for (;;) {
      const next = await over.until(parts.next());
      if (next === null) throw new UnreadableFileError(over.reason ?? NOT_READ);
      if (next.done === true) return;
      yield next.value;
    }
  } catch (error) {
    throw error instanceof FileProblem ? new UnreadableFileError(describeProblem(error.problem)) : error;
  } finally {
    await parts.return(undefined);
  }
}

/** The time that is spent on waiting for a pod, in which nothing is stored. Over at its end, or when it is ended before. */
class Wait implements Disposable {
  readonly #over = new AbortController();
  #leftMs: number;

  constructor(maxMs: number) {
    this.#leftMs = maxMs;
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Why it is over, for people; null while it is not. */
  get reason(): string | null {
    return this.signal.aborted ? String(this.signal.reason) : null;
  }

  /** The first reason counts. */
  end(reason: string): void {
    this.#over.abort(reason);
  }

  /**
   * What comes of it; null when this is over before, or it fails. Rejects with FileProblem only.
   * @param maxMs then this is over too
   */
  async until<T>(work: Promise<T>, maxMs = WAIT_MS): Promise<T | null> {
    const began = performance.now();
    const timer = setTimeout(() => this.end(TOO_LATE), Math.min(maxMs, this.#leftMs));
    try {
      return await abortable(work, this.signal);
    } catch (error) {
      if (error instanceof FileProblem) throw error;
      this.end(NOT_READ);
      return null;
    } finally {
      clearTimeout(timer);
      this.#leftMs -= performance.now() - began;
    }
  }

  /** What still waits ends. */
  [Symbol.dispose](): void {
    this.end(NOT_READ);
  }
}
