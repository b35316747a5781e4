/**
 * Why the service cannot start, for what the operating system said of the address it was to listen on; null for every
 * other error. Names the setting to change.
 */
export function describeListenFailure(error: Error, platform: string = process.platform): string | null {
  if (!('syscall' in error && 'code' in error)) return null;
  const port = 'port' in error ? Number(error.port) : 0;
  const address = 'address' in error ? String(error.address) : '';
  switch (error.code) {
    case 'EADDRINUSE': {
      const whose = platform === 'darwin' && port === 5000 ? ' (on macOS: AirPlay Receiver, as a rule)' : '';
      return (
        `PORT: expected a free port, got ${port}, on which another program listens at ${address}${whose}. ` +
        `Take another one: PORT=${port < 65_535 ? port + 1 : port - 1} npm start`
      );
    }
    case 'EACCES':
      return error.syscall === 'listen'
        ? `PORT: expected a port that this user may listen on, got ${port}; those below 1024 need rights of their own.`
        : null;
    case 'EADDRNOTAVAIL':
      return `HOST: expected an address of this machine, got ${JSON.stringify(address)}.`;
    case 'ENOTFOUND':
      return error.syscall === 'getaddrinfo' && 'hostname' in error
        ? `HOST: expected an address or a name of this machine, got ${JSON.stringify(error.hostname)}.`
        : null;
    default:
      return null;
  }
}

/**
 * What is said at a terminal when the service begins to close: for what it waits, for how long at most, and how not to
 * wait. Null when no program runs.
 * @param running executions under way here
 * @param maxWaitMs how long it waits for their programs; null when they go on without this process
 */
export function describeClosing(running: number, maxWaitMs: number | null): string | null {
  if (running === 0) return null;
  const programs = running === 1 ? '1 running program' : `${running} running programs`;
  if (maxWaitMs === null)
    return `Podline closes; ${programs} ${running === 1 ? 'goes' : 'go'} on without it.`;
  const seconds = Math.round(maxWaitMs / 100) / 10;
  const pronoun = running === 1 ? 'it' : 'them';
  return `Podline closes: it waits for ${programs}, ${seconds} s at most. A second Ctrl-C ends ${pronoun} at once.`;
}
