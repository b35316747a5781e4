import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type SessionHost,
  type SessionLanguage,
  type SessionRequest,
  type SessionSandbox,
  SessionStartError,
} from '../../../executions/session-host.ts';
import type { Language } from '../../languages/language.ts';
import type { Starter } from '../../local/starter/starter.ts';
import type { NativeJail } from '../jail.ts';
import { cellsCommand, sessionCommand } from '../launchers.ts';
import { SessionJail } from './jail.ts';
import { copyFiles, NativeSession } from './session.ts';

export interface NativeSessionsOptions {
  readonly languages: readonly Language[];
  readonly jail: NativeJail;
  readonly starter: Starter;
  /** A directory of the runner's own. */
  readonly directory: string;
  /** Python's interpreter in a sandbox; null where there is none. */
  readonly python: string | null;
  /** MiB of private memory that each process may map. */
  readonly dataMb: number;
}

/** The sessions of the native host. Closing ends them all. */
export class NativeSessions implements SessionHost, AsyncDisposable {
  readonly languages: readonly SessionLanguage[];
  readonly lasting = null;
  readonly #options: NativeSessionsOptions;
  readonly #directory: string;
  readonly #open = new Set<NativeSession>();
  readonly #closing = new AbortController();

  /** Throws what the file system does. */
  constructor(options: NativeSessionsOptions) {
    this.#options = options;
    this.languages = options.languages.map((language) => {
      return { language: language.name, hasContexts: this.#interpreter(language) !== null };
    });
    this.#directory = join(options.directory, 'sessions');
    // What a server left that was killed.
    rmSync(this.#directory, { recursive: true, force: true });
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
  }

  async open(request: SessionRequest, stop: AbortSignal): Promise<SessionSandbox> {
    stop.throwIfAborted();
    if (this.#closing.signal.aborted) throw new SessionStartError('LOST', 'The service is stopping.');
    const { languages, jail, starter, dataMb } = this.#options;
    const language = languages.find(({ name }) => name === request.language);
    if (language === undefined)
      throw new Error(`Expected a language of this server, got ${request.language}`);
    const directory = mkdtempSync(join(this.#directory, 's-'));
    const remove = (): void => rmSync(directory, { recursive: true, force: true });
    const command = jail.command(sessionCommand(dataMb), directory);
    const sandbox = new SessionJail({ starter, command, directory, memoryMb: request.limits.memoryMb });
    void sandbox.exited.then(remove);
    const onStop = (): void => sandbox.kill();
    stop.addEventListener('abort', onStop);
    try {
      await sandbox.ready;
      if (request.files.length > 0) await copyFiles(sandbox, sandbox.offer(request.files));
    } catch (cause) {
      sandbox.kill();
      await sandbox.exited;
      stop.throwIfAborted();
      throw new SessionStartError('LOST', 'The sandbox of the session could not be started.', { cause });
    } finally {
      stop.removeEventListener('abort', onStop);
    }
    const session: NativeSession = new NativeSession({
      request,
      language,
      jail: sandbox,
      interpreter: this.#interpreter(language),
      closing: this.#closing.signal,
      onEnd: () => this.#open.delete(session),
    });
    this.#open.add(session);
    return session;
  }

  /** Null where the language has no interpreter that can be kept. */
  #interpreter({ launcher }: Language): string[] | null {
    const { python, dataMb } = this.#options;
    if (launcher === null || (launcher === 'python' && python === null)) return null;
    return cellsCommand(launcher, { python: python ?? '', dataMb });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort('INTERRUPTED');
    await Promise.all([...this.#open].map((session) => session[Symbol.asyncDispose]()));
  }
}
