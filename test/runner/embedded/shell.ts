import type { Launcher } from '../../../src/runner/embedded/launchers.ts';

/** A launcher that is a shell script: starts in a millisecond and does what a test needs of one. */
export function shellLauncher(script: string, { canPrepare = false } = {}): Launcher {
  return {
    name: 'javascript',
    dataMb: 64,
    readsFromDirectory: true,
    canPrepare,
    interruptsBy: 'signal',
    isExitCode: () => false,
    scratch: '/program',
    readable: ['/bin/sh'],
    command: () => ({ file: '/bin/sh', args: ['-c', script] }),
  };
}

/** Says that it is ready and waits until its stdin is closed. */
export const WAITS = 'echo ready; exec cat > /dev/null';
