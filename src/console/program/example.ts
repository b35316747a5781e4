/** A program that does something at once. */
export interface Example {
  readonly name: string;
  readonly language: string;
  readonly code: string;
}
