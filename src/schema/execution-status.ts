import type {
  EndReason as EndReasonName,
  ExecutionStatus as ExecutionStatusName,
} from '../executions/execution.ts';
import { builder } from './builder.ts';

export const ExecutionStatus = builder.enumType('ExecutionStatus', {
  description: 'The current status of an execution. The last three are final.',
  values: {
    QUEUED: { description: 'Recorded; waiting in the queue.' },
    STARTING: { description: 'Taken from the queue; its sandbox is being prepared.' },
    RUNNING: { description: 'The program is running.' },
    SUCCEEDED: { description: 'The program exited with code 0.' },
    FAILED: { description: 'It ended in any other way; `endReason` says which.' },
    CANCELLED: { description: 'It was cancelled before the program exited.' },
  } as const satisfies Record<ExecutionStatusName, { description: string }>,
});

export const EndReason = builder.enumType('EndReason', {
  description: 'Why an execution ended: exactly one reason, the first cause, recorded once.',
  values: {
    EXITED: { description: 'The program exited; `exitCode` has its code.' },
    SIGNALLED: { description: 'A signal ended the program, and Podline did not send it; `signal` names it.' },
    TIMED_OUT: { description: 'It reached `limits.timeoutMs` and was killed.' },
    OUT_OF_MEMORY: { description: 'It used more than `limits.memoryMb`.' },
    OUTPUT_LIMIT: {
      description: 'It printed more than `limits.outputBytes`; the output up to the limit is kept.',
    },
    CANCELLED: { description: '`cancel` was called, or `cleanup` before it had ended.' },
    EVICTED: {
      description: 'The cluster evicted or preempted its pod, or it wrote more to disk than allowed.',
    },
    IMAGE_UNAVAILABLE: { description: 'The image of its language could not be pulled.' },
    UNSCHEDULABLE: {
      description: 'The cluster had no capacity for it within the time limit, or rejected it.',
    },
    INTERRUPTED: { description: 'Its node, pod or server was lost. The output up to then is kept.' },
    COMPILE_FAILED: {
      description: "Its compiler failed, and the program was not started; `exitCode` is the compiler's.",
    },
    SESSION_ENDED: { description: 'Its session ended before it did, or before it started.' },
  } as const satisfies Record<EndReasonName, { description: string }>,
});
