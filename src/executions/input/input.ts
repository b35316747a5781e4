import type { Label, Limits } from '../execution.ts';

export type Encoding = 'UTF8' | 'BASE64';

/** A submission as a client wrote it: GraphQL's `ExecuteInput` with its defaults filled in. Nothing is checked yet. */
export interface ExecuteInput {
  readonly code: string;
  readonly encoding: Encoding;
  readonly language: string;
  readonly fileName?: string | null | undefined;
  readonly args: readonly string[];
  readonly stdin: string;
  readonly files: readonly { readonly path: string; readonly content: string; readonly encoding: Encoding }[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly limits?: { readonly [name in keyof Limits]?: number | null | undefined } | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  readonly labels: readonly Label[];
}
