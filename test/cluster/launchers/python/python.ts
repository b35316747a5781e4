import type { LauncherOptions } from '../../../support/launcher/launcher-process.ts';
import { TestLauncher } from '../../../support/launcher/launchers.ts';

/** What programs see of the launcher's own environment is nothing: this must not come through. */
export const LAUNCHER_ENV = {
  PATH: process.env['PATH'] ?? '',
  LAUNCHER_SECRET: 'for-the-launcher-alone',
  ANOTHER: 'x',
};

/** A Python launcher that acknowledges, unless told otherwise. */
export function startPython(options: Partial<LauncherOptions> = {}): Promise<TestLauncher> {
  return TestLauncher.start('python', { env: LAUNCHER_ENV, acknowledge: true, ...options });
}
