import type { Package as PackageInfo, RuntimeInfo } from '../executions/runner.ts';
import { builder } from './builder.ts';
import { callerOf } from './context.ts';
import { cost } from './limits/cost.ts';
import { Limits } from './shared-types.ts';

const Package = builder.objectRef<PackageInfo>('Package').implement({
  description: 'Something that is installed for the programs of a language.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'As its installer calls it: `numpy`.' }),
    version: t.exposeString('version', { description: 'As it says itself.' }),
  }),
});

const Runtime = builder.objectRef<RuntimeInfo>('Runtime').implement({
  description: 'A language this server can run.',
  fields: (t) => ({
    language: t.exposeString('language', { description: 'What `ExecuteInput.language` takes.' }),
    version: t.exposeString('version', { description: 'As the interpreter names it.' }),
    isDefault: t.exposeBoolean('isDefault', { description: 'Whether it runs when no language is named.' }),
    fileName: t.exposeString('defaultFileName', {
      description: 'The name that a program gets when none is given.',
    }),
    extensions: t.stringList({
      description: "Extensions that a program's file may have, with the dot; the first is the usual one.",
      resolve: (runtime) => runtime.extensions,
    }),
    aliases: t.stringList({
      description: 'Other names that `ExecuteInput.language` takes for it.',
      resolve: (runtime) => runtime.aliases,
    }),
    compiled: t.exposeBoolean('isCompiled', {
      description: 'Whether its programs are compiled before they run.',
    }),
    stdinOpen: t.exposeBoolean('takesInput', {
      description: 'Whether its programs can be submitted with `stdinOpen: true`.',
    }),
    interruptible: t.exposeBoolean('canInterrupt', {
      description: 'Whether its programs can be interrupted.',
    }),
    packages: t.field({
      type: [Package],
      description:
        'What is installed beside the standard library, by name; empty where there is nothing or it cannot be told.',
      extensions: cost({ items: 50 }),
      resolve: (runtime) => runtime.packages,
    }),
    sessions: t.boolean({
      description: 'Whether `createSession` can make sessions of it on this server.',
      resolve: ({ language }, _args, { executions }) =>
        executions.sessions.languages.some((one) => one.language === language),
    }),
    contexts: t.boolean({
      description: 'Whether executions in such a session can name a `context`, whose variables stay.',
      resolve: ({ language }, _args, { executions }) =>
        executions.sessions.languages.some((one) => one.language === language && one.hasContexts),
    }),
    minimums: t.expose('minimums', { type: Limits, description: 'The minimum of each limit.' }),
    defaults: t.expose('defaults', {
      type: Limits,
      description: 'The value of each limit that is not given.',
    }),
    maximums: t.expose('maximums', { type: Limits, description: 'The maximum of each limit.' }),
    notes: t.stringList({
      description: 'What this runner cannot do or enforce for the language, a sentence each.',
      resolve: (runtime) => runtime.notes,
    }),
  }),
});

builder.queryField('runtimes', (t) =>
  t.field({
    type: [Runtime],
    description: 'The languages this server can run, with the limits of each.',
    extensions: cost({ items: 8 }),
    resolve: (_root, _args, context) => {
      callerOf(context);
      return context.executions.runtimes;
    },
  }),
);
