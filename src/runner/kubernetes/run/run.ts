import type { RunnerInfo } from '../../../executions/execution.ts';
import type { Adoption, RunObserver, RunRequest } from '../../../executions/run.ts';
import type { Language } from '../../languages/language.ts';
import { startScript } from '../../languages/start-script.ts';
import { endedBy } from '../../run/endings/ending.ts';
import { DETACHED, ended, type SandboxOutcome, stoppedBeforeStart } from '../../run/endings/outcome.ts';
import type { Pod } from '../pods/pod.ts';
import { followProgram, type Stops } from './follow.ts';

export interface RunOptions extends Stops {
  /** The program's. */
  readonly language: Language;
  readonly warm: boolean;
  /** Called when it is stored that the program runs in this pod. */
  readonly onBound: () => void;
}

/**
 * Runs one program in a ready pod to its outcome; the pod is used up then and still there. Detached, it is in use, or may
 * be.
 */
export async function runInPod(
  pod: Pod,
  request: RunRequest,
  observer: RunObserver,
  { language, warm, onBound, ...stops }: RunOptions,
): Promise<SandboxOutcome> {
  const payload = encodePayload(request, request.input.isOpen, language);
  if (Buffer.byteLength(payload) > PAYLOAD_BYTES) {
    return ended(endedBy('INTERRUPTED', `The program and its input take more than ${PAYLOAD_BYTES} bytes.`));
  }
  const stopped = endBeforeStart(stops);
  if (stopped !== null) return stopped;
  const runner = placement(pod, warm);
  if (!(await observer.bound(runner))) return DETACHED;
  onBound();
  const { stop } = stops;
  if (stop.aborted && stop.reason === 'CANCELLED') return stoppedBeforeStart(stop);
  if (mustDetach(stops)) return DETACHED;
  const { program: remote } = pod.session;
  const program = {
    limits: request.limits,
    compileMs: compileMs(language),
    runner,
    earliest: Date.now(),
    startedAt: null,
    bytes: 0,
    input: request.input,
    stdinFrom: Buffer.byteLength(request.payload.stdin),
    isAdopted: false,
    id: request.id,
    outputFiles: request.outputFiles,
    begin: remote.run.bind(remote, request.id, payload),
  };
  return followProgram(pod, program, observer, stops);
}

/**
 * Goes on with a program that another process gave to the pod, or was about to. The pod's session begins after
 * `adoption.after`; it is opened here.
 */
export async function adoptInPod(
  pod: Pod,
  adoption: Adoption,
  observer: RunObserver,
  language: Language,
  stops: Stops,
): Promise<SandboxOutcome> {
  if (mustDetach(stops)) return DETACHED;
  const { session } = pod;
  const { program: remote } = session;
  const { execution, payload, bytes, input } = adoption;
  const { id, limits, createdAt, startedAt } = execution;
  const program = {
    limits,
    compileMs: compileMs(language),
    runner: execution.runner ?? placement(pod, false),
    earliest: createdAt,
    startedAt,
    bytes,
    input,
    // Another process may have sent some of it already, which was erased.
    stdinFrom: payload === null ? null : Math.max(Buffer.byteLength(payload.stdin), execution.stdinRead),
    isAdopted: true,
    id,
    outputFiles: execution.outputFiles,
    begin:
      startedAt === null && payload !== null
        ? remote.run.bind(remote, id, encodePayload({ ...execution, payload }, input.isOpen, language))
        : remote.follow.bind(remote, id),
  };
  const opening = new AbortController();
  // What keeps it from opening shows in the pod's state, or by the time that passes.
  session.open(opening.signal).catch(() => undefined);
  try {
    return await followProgram(pod, program, observer, stops);
  } finally {
    opening.abort();
  }
}

/** Whether the program is left to another process; a cancel has to be carried out. */
function mustDetach({ stop, closing }: Stops): boolean {
  return closing.aborted || (stop.aborted && stop.reason !== 'CANCELLED');
}

/** How a record names a pod. */
export function placement({ job, name, uid, node }: Pod, warm: boolean): RunnerInfo {
  return { kind: 'kubernetes', job, pod: name, podUid: uid, node, warm };
}

/** What came of it when it was stopped before it was given; null when it goes on. */
function endBeforeStart({ stop, closing }: Stops): SandboxOutcome | null {
  const stopped = [stop, closing].find(({ aborted }) => aborted);
  return stopped === undefined ? null : stoppedBeforeStart(stopped);
}

const MiB = 1024 * 1024;
/** Bytes of the document: a line to the launcher may have 16 MiB. What input may be is less, unless every byte is escaped. */
export const PAYLOAD_BYTES = 16 * MiB - 1024;

/** How programs of other languages are started in a pod. */
const SCRIPT_HOST = { output: '/tmp/.podline-output', reply: 5, stdin: null, closed: [] } as const;

/** How long its compile step may take, milliseconds; 0 without one. */
export function compileMs({ launcher, commands }: Language): number {
  return launcher === null && commands.compile !== null ? commands.compileLimits.timeoutMs : 0;
}

/** Which run of a session a payload is. */
export interface OfSession {
  /** The last one's plus 1. */
  readonly run: number;
  readonly epoch: number;
  /** Null: a fresh process. */
  readonly context: string | null;
}

/** The JSON document of a `run` line, as PROTOCOL.md has it. */
export function encodePayload(
  request: Omit<RunRequest, 'input'>,
  stdinOpen: boolean,
  language: Language,
  ofSession?: OfSession,
): string {
  const { fileName, code, args, limits, payload } = request;
  const { timeoutMs, memoryMb, outputBytes } = limits;
  const isCompiled = language.commands.compile !== null;
  return JSON.stringify({
    language: language.name,
    fileName,
    code,
    args,
    stdin: payload.stdin,
    stdinOpen,
    files: payload.files.map(({ path, content }) => ({
      path,
      content: Buffer.from(content).toString('base64'),
    })),
    env: payload.env.map(({ name, value }) => ({ name, value })),
    limits: { timeoutMs, memoryMb, outputBytes },
    ...(request.outputFiles.length > 0 && { outputFiles: request.outputFiles }),
    ...(ofSession && { run: ofSession.run, epoch: ofSession.epoch }),
    ...(ofSession?.context != null && { context: ofSession.context }),
    ...(language.launcher === null && {
      script: startScript(language, request, SCRIPT_HOST),
      ...(isCompiled && { compile: language.commands.compileLimits }),
    }),
  });
}
