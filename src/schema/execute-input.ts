import * as bounds from '../bounds.ts';
import { builder } from './builder.ts';
import { LabelInput } from './label.ts';
import { LimitsInput } from './run-limits.ts';

const Encoding = builder.enumType('Encoding', {
  description: 'How text is written in an input.',
  values: {
    UTF8: { description: 'As it is.' },
    BASE64: { description: 'Base64 of its bytes, which for programs must be UTF-8.' },
  } as const,
});

const FileInput = builder.inputType('FileInput', {
  description: 'A file that the program finds beside itself.',
  fields: (t) => ({
    path: t.string({
      required: true,
      description:
        `Relative to the program's directory, with \`/\` between folders and no \`..\`, up to ${bounds.PATH_BYTES} ` +
        'bytes: `data/names.csv`.',
    }),
    content: t.string({ required: true, description: 'What is in it.' }),
    encoding: t.field({
      type: Encoding,
      required: true,
      defaultValue: 'UTF8',
      description: 'How `content` is written; BASE64 may hold any bytes.',
    }),
  }),
});

const EnvironmentVariableInput = builder.inputType('EnvironmentVariableInput', {
  description:
    "A variable of the program's environment. Values are secrets: erased once the program has started.",
  fields: (t) => ({
    name: t.string({ required: true, description: 'Letters, digits and `_`, not beginning with a digit.' }),
    value: t.string({ required: true, description: 'Any text without NUL.' }),
  }),
});

export const ExecuteInput = builder.inputType('ExecuteInput', {
  description: 'A program and what it gets. Only `code` must be given.',
  fields: (t) => ({
    code: t.string({
      required: true,
      description: `The program, up to ${bounds.CODE_BYTES} bytes as UTF-8.`,
    }),
    encoding: t.field({
      type: Encoding,
      required: true,
      defaultValue: 'UTF8',
      description: 'How `code` is written.',
    }),
    language: t.string({
      required: true,
      defaultValue: 'python',
      description: 'One of `runtimes { language }`: `python`, `javascript`, `typescript`.',
    }),
    fileName: t.string({
      description:
        "What the program's file is called, as tracebacks show it. Default `main.py`, `main.js` or `main.ts`; `.cjs` " +
        'and `.mjs` choose the module format, JavaScript is an ES module otherwise.',
    }),
    args: t.stringList({
      required: true,
      defaultValue: [],
      description: `Command-line arguments, up to ${bounds.ARGS_COUNT} and ${bounds.ARGS_BYTES} bytes.`,
    }),
    stdin: t.string({
      required: true,
      defaultValue: '',
      description: `What the program reads from standard input, up to ${bounds.STDIN_BYTES} bytes; then it ends.`,
    }),
    files: t.field({
      type: [FileInput],
      required: true,
      defaultValue: [],
      description:
        `Written beside the program before it starts, up to ${bounds.FILES_COUNT} files and ` +
        `${bounds.FILES_BYTES} bytes.`,
    }),
    env: t.field({
      type: [EnvironmentVariableInput],
      required: true,
      defaultValue: [],
      description: `Environment, up to ${bounds.ENV_COUNT} variables and ${bounds.ENV_BYTES} bytes.`,
    }),
    limits: t.field({
      type: LimitsInput,
      description: 'What it may use; the defaults of its language otherwise.',
    }),
    idempotencyKey: t.string({
      description:
        'Makes it safe to submit again: the same key with the same input gives the same execution, with another input ' +
        'an `IdempotencyConflictError`. Holds for this caller and as long as the record is kept.',
    }),
    labels: t.field({
      type: [LabelInput],
      required: true,
      defaultValue: [],
      description: `To find it by later, up to ${bounds.LABELS_COUNT}.`,
    }),
  }),
});
