import { LABEL_NAME_LENGTH, LABEL_VALUE_LENGTH } from '../bounds.ts';
import type {
  CompileResult as CompileResultRecord,
  Label as LabelRecord,
  Limits as LimitsRecord,
  RunnerInfo as RunnerInfoRecord,
  Usage as UsageRecord,
} from '../executions/execution.ts';
import { builder } from './builder.ts';
import { asInt, asIntOrNull } from './scalars.ts';

export const Label = builder.objectRef<LabelRecord>('Label').implement({
  description: 'A name and a value given at submission, to find executions by.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique within its execution.' }),
    value: t.exposeString('value', { description: 'Any text; may be empty.' }),
  }),
});

export const LabelInput = builder.inputType('LabelInput', {
  description: 'A label to attach to an execution, or to filter by.',
  fields: (t) => ({
    name: t.string({ required: true, description: `1 to ${LABEL_NAME_LENGTH} characters.` }),
    value: t.string({ required: true, description: `Up to ${LABEL_VALUE_LENGTH} characters.` }),
  }),
});

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

export const Usage = builder.objectRef<UsageRecord>('Usage').implement({
  description: 'What a program used from start to end.',
  fields: (t) => ({
    wallMs: t.int({
      description: 'Wall time, milliseconds.',
      resolve: ({ wallMs }) => asInt(wallMs),
    }),
    cpuMs: t.int({
      nullable: true,
      description: 'CPU time, milliseconds; null when unknown.',
      resolve: ({ cpuMs }) => asIntOrNull(cpuMs),
    }),
    maxMemoryMb: t.exposeFloat('maxMemoryMb', {
      nullable: true,
      description: 'Peak memory, MiB; null when unknown.',
    }),
  }),
});

export const CompileResult = builder.objectRef<CompileResultRecord>('CompileResult').implement({
  description:
    "What came of the compile step. What the compiler printed is in the output, before the program's.",
  fields: (t) => ({
    exitCode: t.int({
      nullable: true,
      description: "The compiler's; null when it was ended from outside.",
      resolve: ({ exitCode }) => exitCode,
    }),
    durationMs: t.int({
      description: "How long it took, milliseconds; not part of the program's time.",
      resolve: ({ durationMs }) => asInt(durationMs),
    }),
    succeeded: t.exposeBoolean('succeeded', { description: 'Whether the program could be started.' }),
  }),
});

export const RunnerInfo = builder.objectRef<RunnerInfoRecord>('RunnerInfo').implement({
  description: 'Where an execution runs, or ran.',
  fields: (t) => ({
    kind: t.exposeString('kind', { description: '`embedded`, `native` or `kubernetes`.' }),
    job: t.exposeString('job', { nullable: true, description: 'Name of the Kubernetes Job.' }),
    pod: t.exposeString('pod', { nullable: true, description: 'Name of the pod.' }),
    node: t.exposeString('node', { nullable: true, description: 'Name of the node.' }),
    warm: t.exposeBoolean('warm', {
      description:
        'Whether it ran in a warm sandbox, prepared in advance, rather than in one created for it.',
    }),
  }),
});
