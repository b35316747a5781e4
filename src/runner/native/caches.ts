import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../../executions/telemetry.ts';
import type { NativeJail } from './jail.ts';
import type { Tool } from './tools.ts';

export interface CachesOptions {
  readonly jail: NativeJail;
  readonly tools: readonly Tool[];
  readonly logger: Logger;
}

/** How long a language's cache may take to be filled, milliseconds. */
const TIMEOUT_MS = 15 * 60_000;
/** Written into one that is whole, with the version of the tool that filled it. */
const COMPLETE = 'complete';

/**
 * What a language's tool would make for each program and can keep, as Go its compiled library. A sandbox of its own makes it
 * once for each version of the tool, when the first program of the language comes, which does not wait for it; no program
 * can write there. Disposing ends what is being made.
 */
export class Caches implements AsyncDisposable {
  readonly #options: CachesOptions;
  readonly #closing = new AbortController();
  readonly #filled = new Map<string, Promise<void>>();

  constructor(options: CachesOptions) {
    this.#options = options;
  }

  /** A program of that language comes. Returns at once. */
  use(language: string): void {
    if (this.#filled.has(language)) return;
    const tool = this.#options.tools.find((one) => one.language.name === language);
    const prepare = tool?.language.commands.prepare ?? null;
    if (tool === undefined || prepare === null) return;
    this.#filled.set(
      language,
      this.#fill(tool, prepare).catch((err: unknown) => {
        if (!this.#closing.signal.aborted)
          this.#options.logger.warn(
            { err, language },
            'its cache could not be made: its programs compile slowly',
          );
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#filled.values());
  }

  async #fill({ language, version }: Tool, prepare: readonly string[]): Promise<void> {
    const { jail } = this.#options;
    const place = join(jail.caches, language.name);
    const marker = join(place, COMPLETE);
    if (existsSync(marker) && readFileSync(marker, 'utf8') === version) return;
    const unfinished = join(jail.caches, `.${language.name}`);
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished);
    await jail.fill(unfinished, ['nice', '-n', '19', ...prepare], language.commands.env, {
      timeoutMs: TIMEOUT_MS,
      signal: this.#closing.signal,
    });
    writeFileSync(join(unfinished, COMPLETE), version);
    rmSync(place, { recursive: true, force: true });
    renameSync(unfinished, place);
  }
}
