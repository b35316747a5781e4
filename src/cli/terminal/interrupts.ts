const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type Interrupt = (typeof SIGNALS)[number];

/**
 * Watches for Ctrl-C and its kin. The first one aborts `signal` (its reason is the signal's name); a second one ends this
 * process at once, as the signal does to a process that has no handler. Until it is disposed.
 */
export function watchInterrupts(
  onSecond: () => void = () => {},
): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const listen = (interrupt: Interrupt) => {
    if (!controller.signal.aborted) {
      controller.abort(interrupt);
      return;
    }
    stop();
    onSecond();
    // Not process.exit: that waits for a write whose reader has stopped.
    process.kill(process.pid, interrupt);
  };
  const stop = () => {
    for (const name of SIGNALS) process.off(name, listen);
  };
  for (const name of SIGNALS) process.on(name, listen);
  return { signal: controller.signal, [Symbol.dispose]: stop };
}
