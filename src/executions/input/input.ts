import type { Label, Limits, Payload } from '../execution.ts';

export type Encoding = 'UTF8' | 'BASE64';

/** A submission as a client wrote it: GraphQL's `ExecuteInput` with its defaults filled in. Nothing is checked yet. */
export interface ExecuteInput {
  readonly code: string;
  readonly encoding: Encoding;
  /** Not named: the default one; in a session, the session's. */
  readonly language?: string | null | undefined;
  readonly fileName?: string | null | undefined;
  readonly args: readonly string[];
  readonly stdin: string;
  readonly stdinOpen: boolean;
  readonly outputFiles: readonly string[];
  readonly files: readonly { readonly path: string; readonly content: string; readonly encoding: Encoding }[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly limits?: { readonly [name in keyof Limits]?: number | null | undefined } | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
  readonly labels: readonly Label[];
  /** The session that it is to run in. */
  readonly sessionId?: string | null | undefined;
  /** The named interpreter of that session. */
  readonly context?: string | null | undefined;
}

/** A submission that has been checked and decoded, with every default filled in. */
export interface Submission {
  readonly code: string;
  readonly language: string;
  readonly fileName: string;
  readonly args: readonly string[];
  readonly limits: Limits;
  readonly labels: readonly Label[];
  readonly payload: Payload;
  readonly stdinOpen: boolean;
  readonly outputFiles: readonly string[];
  readonly sessionId: string | null;
  readonly context: string | null;
  readonly idempotencyKey: string | null;
  /** Null without a key. */
  readonly inputHash: string | null;
}
