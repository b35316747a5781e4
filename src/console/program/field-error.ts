/** A value that was written is none of the allowed ones; the message says what was expected and what was got. */
export class FieldError extends Error {
  override readonly name = 'FieldError';
  /** Where it stands in the input, as the service names it: `limits.timeoutMs`. */
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}
