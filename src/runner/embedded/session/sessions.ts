import {
  type SessionHost,
  type SessionLanguage,
  type SessionRequest,
  type SessionSandbox,
  SessionStartError,
} from '../../../executions/session-host.ts';
import type { Pool } from '../../pool/pool.ts';
import type { Directories } from '../directories.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { EmbeddedSession } from './session.ts';

export interface EmbeddedSessionsOptions {
  readonly languages: readonly string[];
  readonly poolOf: (language: string) => Pool<Sandbox>;
  readonly directories: Directories;
  /** Aborted when the runner closes. */
  readonly closing: AbortSignal;
}

/** The sessions of the embedded host. Closing ends them all. */
export class EmbeddedSessions implements SessionHost, AsyncDisposable {
  readonly languages: readonly SessionLanguage[];
  readonly lasting = null;
  readonly #options: EmbeddedSessionsOptions;
  readonly #open = new Set<EmbeddedSession>();

  constructor(options: EmbeddedSessionsOptions) {
    this.languages = options.languages.map((language) => ({ language, hasContexts: true }));
    this.#options = options;
  }

  async open(request: SessionRequest, stop: AbortSignal): Promise<SessionSandbox> {
    stop.throwIfAborted();
    const { poolOf, directories, closing } = this.#options;
    if (closing.aborted) throw new SessionStartError('LOST', 'The service is stopping.');
    try {
      const session: EmbeddedSession = new EmbeddedSession({
        request,
        pool: poolOf(request.language),
        directories,
        closing,
        onEnd: () => this.#open.delete(session),
      });
      this.#open.add(session);
      return session;
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
      throw new SessionStartError('LOST', `The session's files could not be written (${code}).`, { cause });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#open].map((session) => session[Symbol.asyncDispose]()));
  }
}
