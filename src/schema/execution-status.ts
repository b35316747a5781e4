import type {
  EndReason as EndReasonName,
  ExecutionStatus as ExecutionStatusName,
} from '../executions/execution.ts';
import { builder } from './builder.ts';

export const ExecutionStatus = builder.enumType('ExecutionStatus', {
  description: 'How far an execution is. The last three are final.',
  values: {
    QUEUED: { description: 'Recorded; waits for its turn.' },
    STARTING: { description: 'Its turn has come; the sandbox is being made ready.' },
    RUNNING: { description: 'The program runs.' },
    SUCCEEDED: { description: 'The program ended by itself with exit code 0.' },
    FAILED: { description: 'It ended in another way; `endReason` says which.' },
    CANCELLED: { description: 'It was cancelled before it could end by itself.' },
  } as const satisfies Record<ExecutionStatusName, { description: string }>,
});

export const EndReason = builder.enumType('EndReason', {
  description: 'Why an execution ended: exactly one reason, the first cause, recorded once.',
  values: {
    EXITED: { description: 'The program ended by itself; `exitCode` says how.' },
    SIGNALLED: { description: 'A signal ended the program that was not ours; `signal` names it.' },
    TIMED_OUT: { description: 'It ran into `limits.timeoutMs` and was killed.' },
    OUT_OF_MEMORY: { description: 'It needed more than `limits.memoryMb`.' },
    OUTPUT_LIMIT: { description: 'It printed more than `limits.outputBytes`; what came before is kept.' },
    CANCELLED: { description: 'Somebody cancelled it, or cleaned it up while it ran.' },
    EVICTED: {
      description:
        'The cluster took its pod away (eviction, preemption), or it wrote more to disk than it may.',
    },
    IMAGE_UNAVAILABLE: { description: 'The image of its language could not be pulled.' },
    UNSCHEDULABLE: { description: 'The cluster had no room for it for too long, or refused it.' },
    INTERRUPTED: { description: 'What ran it was lost: node, pod or server. Output up to then is kept.' },
  } as const satisfies Record<EndReasonName, { description: string }>,
});
