import { SANDBOXES } from '../../bounds.ts';
import type { Directories } from './directories.ts';
import type { Launcher } from './launchers.ts';
import { Sandbox } from './sandbox/sandbox.ts';

/** MiB of private memory a process may map beyond the greatest limit, so that the watch of resident memory comes first. */
const MARGIN_MB = 256;

/** Every sandbox process there is, with its directory. Closing ends them all. */
export class Sandboxes implements AsyncDisposable {
  readonly #directories: Directories;
  readonly #memoryMb: number;
  readonly #live = new Set<Sandbox>();
  #closed = false;
  /** Called when there is room again after there was none. */
  onRoom: () => void = () => undefined;

  /** `memoryMb`: the greatest memory any program may be given, MiB. */
  constructor(directories: Directories, memoryMb: number) {
    this.#directories = directories;
    this.#memoryMb = memoryMb;
  }

  /** Starts one; null while there are as many as there may be. Throws when the disk is full or file descriptors run out. */
  start(launcher: Launcher): Sandbox | null {
    if (this.#closed || this.#live.size >= SANDBOXES) return null;
    const directory = this.#directories.create();
    try {
      const sandbox: Sandbox = new Sandbox({
        launcher,
        directory,
        dataMb: launcher.dataMb + this.#memoryMb + MARGIN_MB,
        onExit: () => this.#ended(sandbox),
      });
      this.#live.add(sandbox);
      return sandbox;
    } catch (cause) {
      this.#directories.remove(directory);
      throw cause;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const left = [...this.#live];
    for (const sandbox of left) sandbox.kill();
    await Promise.all(left.map(({ exited }) => exited));
  }

  #ended(sandbox: Sandbox): void {
    const wasFull = this.#live.size >= SANDBOXES;
    this.#live.delete(sandbox);
    this.#directories.remove(sandbox.directory);
    if (wasFull) this.onRoom();
  }
}
