import type { RunRequest } from '../../executions/run.ts';

/** How stdin that stays open, and interrupts, reach a program that has begun. */
export interface LocalInput {
  /** Resolves to whether the program's pipe has taken the payload's stdin: false when it has ended. */
  readonly begun: Promise<boolean>;
  /** Appends to an open stdin. Resolves to whether the program's pipe has taken it: false when it has ended. */
  write(stdin: Uint8Array): Promise<boolean>;
  /** Ends an open stdin. */
  end(): void;
  /** Interrupts the program (SIGINT). @param isOpen whether its stdin is open: it may wait for that */
  interrupt(isOpen: boolean): void;
}

/**
 * Passes on what is written to a program's stdin, a part at a time: the next one when the program's pipe has taken the one
 * before. Resolves at the end of stdin or of the program. Rejects when the store was given up.
 */
export async function feed(
  target: LocalInput,
  { input, payload }: RunRequest,
  signal: AbortSignal,
): Promise<void> {
  if (!input.isOpen || !(await target.begun)) return;
  for (let at = Buffer.byteLength(payload.stdin); !signal.aborted; ) {
    input.taken(at);
    const part = await input.read(at, signal);
    if (part === null || !(await target.write(part.data))) return;
    at += part.data.byteLength;
    if (!part.end) continue;
    input.taken(at);
    target.end();
    return;
  }
}
