/** A subscription ended before its end, for a reason that may pass: it can be continued from its cursor. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
}
