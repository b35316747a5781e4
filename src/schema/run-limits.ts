import type { Limits as LimitsRecord } from '../executions/execution.ts';
import { builder } from './builder.ts';

const MEANING = {
  timeoutMs:
    "Wall time from the program's start, milliseconds; a program that reaches it is killed (`TIMED_OUT`).",
  memoryMb: "The program's own memory, MiB; beyond it the program ends `OUT_OF_MEMORY`.",
  cpuMillis: 'CPU limit in millicores (1000 is one core); a program that needs more is throttled, not ended.',
  outputBytes:
    'Bytes of stored output as UTF-8, stdout and stderr together; reaching it ends the program (`OUTPUT_LIMIT`).',
};

export const Limits = builder.objectRef<LimitsRecord>('Limits').implement({
  description: 'Limits of a program.',
  fields: (t) => ({
    timeoutMs: t.exposeInt('timeoutMs', { description: MEANING.timeoutMs }),
    memoryMb: t.exposeInt('memoryMb', { description: MEANING.memoryMb }),
    cpuMillis: t.exposeInt('cpuMillis', { description: MEANING.cpuMillis }),
    outputBytes: t.exposeInt('outputBytes', { description: MEANING.outputBytes }),
  }),
});

export const LimitsInput = builder.inputType('LimitsInput', {
  description:
    'Limits for one execution. A limit that is not given has the default of the language; one ' +
    'outside the minimum and maximum is refused. `runtimes` shows all three.',
  fields: (t) => ({
    timeoutMs: t.int({ description: MEANING.timeoutMs }),
    memoryMb: t.int({ description: MEANING.memoryMb }),
    cpuMillis: t.int({ description: MEANING.cpuMillis }),
    outputBytes: t.int({ description: MEANING.outputBytes }),
  }),
});
