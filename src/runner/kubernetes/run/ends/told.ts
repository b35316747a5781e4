import type { Limits } from '../../../../executions/execution.ts';
import { type Ending, endedBy } from '../../../ends/ending.ts';
import { exited, memoryEnding, outputEnding, signalled, timeoutEnding } from '../../../ends/endings.ts';
import type { EndFrame } from '../../conversation/frames.ts';

/** What the launchers let a program have on disk at a time (launchers/python.py and node.js have the same). */
const DISK_MB = 512;
const DISK_FILES = 20_000;

/** The end as the launcher told it; null when it was told to go away, of which the pod knows more. */
export function toldEnding({ cause, exitCode, signal }: EndFrame, limits: Limits): Ending | null {
  if (cause === 'exit' && exitCode !== null) return exited(exitCode);
  if (cause === 'signal' && signal !== null) return signalled(signal);
  switch (cause) {
    case 'timeout':
      return timeoutEnding(limits.timeoutMs);
    case 'memory':
      return memoryEnding(limits.memoryMb);
    case 'output':
      return outputEnding(limits.outputBytes);
    case 'disk':
      return endedBy('EVICTED', `It wrote more than ${DISK_MB} MiB or ${DISK_FILES} files to disk.`);
    case 'cancelled':
      return endedBy('CANCELLED', null);
    case 'terminated':
      return null;
    default:
      return endedBy('INTERRUPTED', 'The launcher told an end that is not known.');
  }
}
