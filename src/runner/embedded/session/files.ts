import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PATH_BYTES, PATH_SEGMENT_BYTES, SESSION_FILES, SESSION_FILES_BYTES } from '../../../bounds.ts';
import type { PayloadFile } from '../../../executions/execution.ts';
import type { FileSink } from '../../../executions/run.ts';
import type { ReceivedMessage } from '../../local/cells/messages.ts';
import { OutputDirectory } from '../../local/files/output-directory.ts';

/** A change of one file or directory, as the interpreters are told (messages.ts). */
export type FileChange =
  | { readonly type: 'removed' | 'directory'; readonly path: string }
  | { readonly type: 'file'; readonly path: string; readonly content: Uint8Array };

interface Entry {
  readonly type: FileChange['type'];
  /** Of a file. */
  readonly bytes: number;
  readonly version: number;
}

/**
 * The files of a session whose processes each have their own, in a directory of the server's: what one has changed is kept here
 * for the others. Paths and contents are a program's; nothing in the directory is ever a link, and beyond the bounds changes are
 * dropped.
 */
export class SessionFiles {
  readonly #directory: string;
  /** By path; removed ones too, so that others remove them. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  #version = 0;

  /** @param directory its own, empty */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Grows with each change. */
  get version(): number {
    return this.#version;
  }

  /** Takes files that were submitted. Throws when the disk is full. */
  add(files: readonly PayloadFile[]): void {
    for (const { path, content } of files) this.#write(path, 0, content);
  }

  /**
   * What changes from now on, for the files that an execution leaves.
   * @param paths files that were added for it just now
   * @throws what the file system does
   */
  watch(paths: readonly string[]): OutputDirectory {
    const output = new OutputDirectory(this.#directory);
    const kept = paths.filter((path) => this.#entries.has(path));
    output.giveAll(
      new Map(kept.map((path) => [path, join(this.#directory, path)])),
      `${this.#directory}.mark`,
    );
    return output;
  }

  /** Takes what a program has left in a directory. */
  get sink(): FileSink {
    return {
      isFull: false,
      keep: async (path, _bytes, content) => {
        let at = 0;
        for await (const part of content) {
          this.receive({ message: { type: 'file', path, at }, body: part });
          at += part.length;
        }
        if (at === 0) this.receive({ message: { type: 'file', path, at }, body: new Uint8Array() });
      },
      omit: () => undefined,
      omitMore: () => undefined,
    };
  }

  /** Takes what a process says that it changed. What cannot be kept is dropped. */
  receive({ message, body }: ReceivedMessage): void {
    try {
      switch (message.type) {
        case 'file':
          this.#write(message.path, message.at, body);
          return;
        case 'directory':
          this.#makeDirectory(message.path);
          return;
        case 'removed':
          this.#remove(message.path);
      }
    } catch {
      // It contradicts what is there, or the disk is full.
    }
  }

  /** What has changed since that version: removed ones first, directories before what is in them. */
  *changesSince(version: number): Generator<FileChange> {
    const changed = [...this.#entries].filter(([, entry]) => entry.version > version);
    for (const [path, { type }] of changed) if (type === 'removed') yield { type, path };
    for (const [path, { type }] of changed) {
      if (type === 'directory') yield { type, path };
      if (type === 'file') yield { type, path, content: readFileSync(join(this.#directory, path)) };
    }
  }

  /** All files there are. */
  *all(): Generator<PayloadFile> {
    for (const change of this.changesSince(0)) if (change.type === 'file') yield change;
  }

  #write(path: string, at: number, content: Uint8Array): void {
    if (!isInside(path)) return;
    const before = this.#fileBytes(path);
    const after = at === 0 ? content.length : Math.max(before, at + content.length);
    if (at > before || this.#bytes - before + after > SESSION_FILES_BYTES || !this.#hasRoom(path)) return;
    const file = join(this.#directory, path);
    if (at === 0) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    } else {
      const opened = openSync(file, 'r+');
      try {
        for (let written = 0; written < content.length; )
          written += writeSync(opened, content, written, content.length - written, at + written);
      } finally {
        closeSync(opened);
      }
    }
    this.#set(path, { type: 'file', bytes: after });
  }

  #makeDirectory(path: string): void {
    if (!isInside(path) || !this.#hasRoom(path)) return;
    mkdirSync(join(this.#directory, path), { recursive: true });
    this.#set(path, { type: 'directory', bytes: 0 });
  }

  #remove(path: string): void {
    if (!isInside(path)) return;
    rmSync(join(this.#directory, path), { recursive: true, force: true });
    for (const below of this.#entries.keys()) {
      if (below !== path && below.startsWith(`${path}/`)) this.#forget(below);
    }
    if (this.#entries.has(path)) this.#set(path, { type: 'removed', bytes: 0 });
  }

  #set(path: string, { type, bytes }: Pick<Entry, 'type' | 'bytes'>): void {
    this.#forget(path);
    this.#version += 1;
    this.#bytes += bytes;
    this.#entries.set(path, { type, bytes, version: this.#version });
  }

  #forget(path: string): void {
    this.#bytes -= this.#fileBytes(path);
    this.#entries.delete(path);
  }

  #fileBytes(path: string): number {
    return this.#entries.get(path)?.bytes ?? 0;
  }

  #hasRoom(path: string): boolean {
    return this.#entries.has(path) || this.#entries.size < SESSION_FILES;
  }
}

function isInside(path: string): boolean {
  if (Buffer.byteLength(path) > PATH_BYTES || path.includes('\0') || !path.isWellFormed()) return false;
  return path.split('/').every((segment) => {
    return (
      segment !== '' &&
      segment !== '.' &&
      segment !== '..' &&
      Buffer.byteLength(segment) <= PATH_SEGMENT_BYTES
    );
  });
}
