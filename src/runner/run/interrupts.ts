import type { ProgramInput } from '../../executions/run.ts';

/**
 * Has a program interrupted as often as that is requested. Resolves when the signal is aborted.
 * @param interrupt called with the number of requests so far
 */
export async function passInterrupts(
  input: ProgramInput,
  signal: AbortSignal,
  interrupt: (requested: number) => void,
): Promise<void> {
  for (let delivered = 0; ; ) {
    const requested = await input.interrupted(delivered, signal);
    if (requested === null) return;
    delivered = requested;
    interrupt(requested);
  }
}
