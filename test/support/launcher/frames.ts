/** What a launcher prints, as PROTOCOL.md has it. */
export interface ReadyFrame {
  readonly type: 'ready';
  readonly nonce: string;
  readonly protocol: number;
  readonly version: string;
  readonly state: 'waiting' | 'running' | 'ended';
  readonly id: string | null;
  readonly last: number;
  readonly stdin?: { readonly next: number; readonly taken: number };
  /** These of a launcher that is a session's. */
  readonly session?: string;
  readonly epoch?: number;
  readonly run?: number;
  readonly lost?: string;
}

export interface SessionFrame {
  readonly type: 'session';
  readonly id: string;
  readonly problem?: string;
}

export interface StdinFrame {
  readonly type: 'stdin';
  readonly taken: number;
  readonly r?: number;
}

export interface StartFrame {
  readonly type: 'start';
  readonly id: string;
  readonly at: number;
  readonly r?: number;
}

export interface RefusedFrame {
  readonly type: 'refused';
  readonly id: string;
}

export interface OutFrame {
  readonly type: 'out';
  readonly n: number;
  readonly s: 1 | 2 | 3;
  readonly at: number;
  readonly d: string;
  readonly i?: number;
  readonly more?: boolean;
  readonly r?: number;
}

export interface EndFrame {
  readonly type: 'end';
  readonly last: number;
  readonly cause: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly wallMs: number | null;
  readonly cpuMs: number | null;
  readonly maxMemoryMb: number | null;
  readonly truncated: boolean;
  readonly stateLost?: boolean;
  readonly r?: number;
  readonly files?: number | null;
}

export interface FilesFrame {
  readonly type: 'files';
  readonly id: string;
  readonly from: number;
  readonly total: number;
  readonly entries: readonly { readonly path: string; readonly bytes?: number; readonly problem?: string }[];
}

export interface FileFrame {
  readonly type: 'file';
  readonly id: string;
  readonly index: number;
  readonly at: number;
  readonly d?: string;
  readonly problem?: string;
}

export type Frame =
  | ReadyFrame
  | SessionFrame
  | StartFrame
  | StdinFrame
  | RefusedFrame
  | OutFrame
  | EndFrame
  | FilesFrame
  | FileFrame;

/** A frame's line may have fewer bytes than this, its newline not counted. */
export const FRAME_BYTES = 16_000;

/** The frame a line holds. Throws when it is no JSON object with a `type`, or too long for a frame. */
export function parseFrame(line: string): Frame {
  const bytes = Buffer.byteLength(line);
  if (bytes >= FRAME_BYTES)
    throw new Error(`A frame has less than ${FRAME_BYTES} bytes; this one has ${bytes}.`);
  const frame: unknown = JSON.parse(line);
  if (typeof frame !== 'object' || frame === null || !('type' in frame)) {
    throw new Error(`A frame is an object with a type; this one is ${line.slice(0, 200)}.`);
  }
  return frame as Frame;
}

/** The text of one stream, its repeats left out; `s` 1 is stdout, 2 stderr. Throws when a number is missing. */
export function textOf(frames: readonly Frame[], s: 1 | 2): string {
  const chunks = new Map<number, OutFrame>();
  for (const frame of frames) if (frame.type === 'out') chunks.set(frame.n, frame);
  let text = '';
  for (let n = 1; n <= chunks.size; n++) {
    const chunk = chunks.get(n);
    if (chunk === undefined) throw new Error(`Chunk ${n} of ${chunks.size} is missing.`);
    if (chunk.s === s) text += chunk.d;
  }
  return text;
}
