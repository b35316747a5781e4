import { starting } from '../local/starting.ts';
import type { Condition } from '../pool/condition.ts';
import type { StartSandbox } from '../pool/sandbox.ts';
import type { Launcher } from './launchers.ts';
import type { Sandbox } from './sandbox/sandbox.ts';

/** Resolves to what is started. `waitFor` says what has to be made for it before, a sentence. */
export type FindLauncher = (waitFor: (message: string) => void) => Promise<Launcher>;

/**
 * Begins sandboxes of one launcher.
 * @param findLauncher awaited at the first start, and again after a failure
 * @param start starts one; null while there may be no more of them
 */
export function startsOf(
  findLauncher: FindLauncher,
  start: (launcher: Launcher) => Sandbox | null,
): StartSandbox<Sandbox> {
  let launcher: Launcher | null = null;
  let isFinding = false;
  let condition: Condition | null = null;

  async function find(changed: () => void): Promise<Sandbox> {
    isFinding = true;
    try {
      launcher = await findLauncher((message) => {
        condition = { type: 'preparing', message };
        changed();
      });
    } finally {
      isFinding = false;
      condition = null;
    }
    const sandbox = start(launcher);
    if (sandbox === null) throw new Error('There may be no more sandboxes now.');
    // The others may begin now.
    changed();
    return sandbox;
  }

  return (changed) => {
    // What finds the launcher is the first start, and one is enough.
    if (launcher === null) return isFinding ? null : starting(find(changed), () => condition);
    try {
      const sandbox = start(launcher);
      return sandbox && starting(sandbox);
    } catch (cause) {
      return starting(Promise.reject(cause));
    }
  };
}
