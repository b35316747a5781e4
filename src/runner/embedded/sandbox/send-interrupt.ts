/** SIGINT to a process that may have ended just now. */
export function sendInterrupt(pid: number): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // It ended by itself just now.
  }
}
