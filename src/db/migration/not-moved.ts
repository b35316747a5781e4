/** An execution that could not be moved as it stands; the message says why, in one sentence. */
export class NotMovedError extends Error {
  override readonly name = 'NotMovedError';
}
