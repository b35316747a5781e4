import type { Jail } from '../local/jail/jail.ts';
import { LiveSandboxes } from '../local/live-sandboxes.ts';
import type { Starter } from '../local/starter/starter.ts';
import type { Directories } from './directories.ts';
import type { Launcher } from './launchers.ts';
import { Sandbox } from './sandbox/sandbox.ts';

/** MiB of private memory a process may map beyond the maximum limit, so that the watch of resident memory comes first. */
const MARGIN_MB = 256;

export interface SandboxesOptions {
  readonly directories: Directories;
  /** The maximum memory any program may be given, MiB. */
  readonly memoryMb: number;
  readonly starter: Starter;
  readonly jail: Jail;
}

/** Every sandbox process there is, with its directory. Closing ends them all. */
export class Sandboxes implements AsyncDisposable {
  readonly #options: SandboxesOptions;
  readonly #live = new LiveSandboxes<Sandbox>();

  constructor(options: SandboxesOptions) {
    this.#options = options;
  }

  /** Called when there is room again after there was none. */
  set onRoom(onRoom: () => void) {
    this.#live.onRoom = onRoom;
  }

  /** Starts one; null while there are as many as there may be. Throws when the disk is full. */
  start(launcher: Launcher): Sandbox | null {
    const { directories, memoryMb, starter, jail } = this.#options;
    return this.#live.add((onExit) => {
      const directory = directories.create();
      try {
        return new Sandbox({
          launcher,
          starter,
          jail,
          directory,
          above: [directories.packageFile],
          dataMb: launcher.dataMb + memoryMb + MARGIN_MB,
          onExit() {
            directories.remove(directory);
            onExit();
          },
        });
      } catch (cause) {
        directories.remove(directory);
        throw cause;
      }
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#live[Symbol.asyncDispose]();
  }
}
