import type { Limits } from '../../../../executions/execution.ts';
import type { EndFrame } from '../../conversation/frames.ts';
import { type Ending, endedBy } from './ending.ts';
import { outputEnding } from './output.ts';
import { timeoutEnding } from './timeout.ts';

/** The end as the launcher told it; null when it was told to go away, of which the pod knows more. */
export function toldEnding(end: EndFrame, limits: Limits): Ending | null {
  switch (end.cause) {
    case 'exit':
      return { reason: 'EXITED', exitCode: end.exitCode, signal: null, message: null, told: end };
    case 'signal': {
      const message = `The process was ended by ${end.signal}.`;
      return { reason: 'SIGNALLED', exitCode: null, signal: end.signal, message, told: end };
    }
    case 'timeout':
      return { ...timeoutEnding(limits.timeoutMs), told: end };
    case 'memory':
      return endedBy(
        'OUT_OF_MEMORY',
        `The program used more than its ${limits.memoryMb} MiB of memory.`,
        end,
      );
    case 'output':
      return { ...outputEnding(limits.outputBytes), told: end };
    case 'cancelled':
      return endedBy('CANCELLED', null, end);
    case 'terminated':
      return null;
    default:
      return endedBy('INTERRUPTED', 'The launcher told an end that is not known.', end);
  }
}
