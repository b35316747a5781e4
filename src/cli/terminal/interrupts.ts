const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type Interrupt = (typeof SIGNALS)[number];

/** What is watched for, until it is disposed. */
export interface Interrupts extends Disposable {
  /** Aborted when the command is to stop what it does; its reason is the signal's name. */
  readonly signal: AbortSignal;
  /** Called once, for the first Ctrl-C alone, instead of an abort; null: that aborts as the others do. */
  onFirst: (() => void) | null;
}

/**
 * Watches for Ctrl-C and its kin. The first one aborts `signal`, the second one where `onFirst` took the first; one more ends
 * this process at once, as the signal does to a process that has no handler.
 */
export function watchInterrupts(onLast: () => void = () => {}): Interrupts {
  const controller = new AbortController();
  const listen = (interrupt: Interrupt) => {
    const { onFirst } = watched;
    if (onFirst !== null && interrupt === 'SIGINT' && !controller.signal.aborted) {
      watched.onFirst = null;
      onFirst();
      return;
    }
    if (!controller.signal.aborted) {
      controller.abort(interrupt);
      return;
    }
    stop();
    onLast();
    // Not process.exit: that waits for a write whose reader has stopped.
    process.kill(process.pid, interrupt);
  };
  const stop = () => {
    for (const name of SIGNALS) process.off(name, listen);
  };
  for (const name of SIGNALS) process.on(name, listen);
  const watched: Interrupts = { signal: controller.signal, onFirst: null, [Symbol.dispose]: stop };
  return watched;
}
