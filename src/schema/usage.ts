import type {
  CompileResult as CompileResultRecord,
  RunnerInfo as RunnerInfoRecord,
  Usage as UsageRecord,
} from '../executions/execution.ts';
import { builder } from './builder.ts';
import { asInt, asIntOrNull } from './scalars.ts';

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
