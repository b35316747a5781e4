/** Characters of a token. */
export const TOKEN_LENGTH: number;

/** Parts what an interpreter prints from its messages. */
export class PieceReader {
  /** @param token of `TOKEN_LENGTH` characters */
  constructor(token: string, maxBytes?: number);
  /** Printed bytes and whole messages in their order. What may become a piece waits for more. */
  read(bytes: Buffer): Generator<{ readonly printed: Buffer } | { readonly message: Buffer }>;
  /** What is left when nothing more comes. */
  end(): Buffer;
}
