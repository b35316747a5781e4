import * as bounds from '../bounds.ts';
import {
  IdempotencyConflictError,
  InvalidInputError,
  NotFoundError,
  QueueFullError,
  SessionEndedError,
  UnsupportedLanguageError,
} from '../executions/errors.ts';
import { ALL_FILES, type Execution as ExecutionRecord } from '../executions/execution.ts';
import { DEFAULT_LANGUAGE, LANGUAGES } from '../runner/languages/languages.ts';
import { builder } from './builder.ts';
import { callerOf } from './context.ts';
import { Execution } from './execution.ts';
import { unlessExpected } from './failures.ts';
import { LabelInput, LimitsInput } from './shared-types.ts';

export const Encoding = builder.enumType('Encoding', {
  description: 'How text is written in an input.',
  values: {
    UTF8: { description: 'Plain text.' },
    BASE64: { description: 'Base64 of its bytes, which for programs must be UTF-8.' },
  } as const,
});

const DEFAULT_FILE_NAMES = new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(
  LANGUAGES.map(({ defaultFileName }) => `\`${defaultFileName}\``),
);

export const FileInput = builder.inputType('FileInput', {
  description: "A file placed in the program's directory.",
  fields: (t) => ({
    path: t.string({
      required: true,
      description:
        `Relative to the program's directory, with \`/\` between folders and no \`..\`, up to ${bounds.PATH_BYTES} ` +
        'bytes: `data/names.csv`.',
    }),
    content: t.string({ required: true, description: 'Its content.' }),
    encoding: t.field({
      type: Encoding,
      required: true,
      defaultValue: 'UTF8',
      description: 'How `content` is written; BASE64 may hold any bytes.',
    }),
  }),
});

export const EnvironmentVariableInput = builder.inputType('EnvironmentVariableInput', {
  description:
    "A variable of the program's environment. Values are secrets: erased once the program has started.",
  fields: (t) => ({
    name: t.string({ required: true, description: 'Letters, digits and `_`, not beginning with a digit.' }),
    value: t.string({ required: true, description: 'Any text without NUL.' }),
  }),
});

/**
 * The default of `language`, an object, so that whoever resolves an input can tell it from the same name given: what is not
 * named is the session's language in a session.
 */
const NOT_NAMED = Object(DEFAULT_LANGUAGE.name) as string;

/** The language of an input; null when none was named. */
export function namedLanguage(language: string): string | null {
  return language === NOT_NAMED ? null : language;
}

export const ExecuteInput = builder.inputType('ExecuteInput', {
  description: 'A program and its inputs. Only `code` is required.',
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
      defaultValue: NOT_NAMED,
      description: `One of \`runtimes { language }\`, such as ${LANGUAGES.map(({ name }) => `\`${name}\``).join(', ')}. In a session one that is not given is the session's.`,
    }),
    fileName: t.string({
      description:
        `Name of the program's file, as tracebacks show it. Default ${DEFAULT_FILE_NAMES}. ` +
        '`.cjs` and `.mjs` choose the module format; `.js` is CommonJS unless it has the syntax of an ES module, as in Node.',
    }),
    args: t.stringList({
      required: true,
      defaultValue: [],
      description: `Command-line arguments, up to ${bounds.ARGS_COUNT} and ${bounds.ARGS_BYTES} bytes.`,
    }),
    stdin: t.string({
      required: true,
      defaultValue: '',
      description: `Standard input of the program, up to ${bounds.STDIN_BYTES} bytes; then it ends, unless \`stdinOpen\`.`,
    }),
    stdinOpen: t.boolean({
      required: true,
      defaultValue: false,
      description:
        'Whether standard input stays open behind `stdin`, for `writeStdin`: for programs that ask while they run. ' +
        'Otherwise they find its end there.',
    }),
    outputFiles: t.stringList({
      required: true,
      defaultValue: [...ALL_FILES],
      description:
        "Which of the files that the program makes or changes are kept after its end: globs below the program's directory, " +
        'such as `plots/*.png` (`*`, `?`, `[a-z]`, `{a,b}`, and `**` for any folders between). `[]` keeps none. ' +
        `Up to ${bounds.GLOBS_COUNT}.`,
    }),
    files: t.field({
      type: [FileInput],
      required: true,
      defaultValue: [],
      description:
        `Files placed in the program's directory before it starts, up to ${bounds.FILES_COUNT} files and ` +
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
      description: 'Its limits; the defaults of its language where none is given.',
    }),
    idempotencyKey: t.string({
      description:
        'Makes a submission safe to repeat: the same key with the same input returns the same execution; ' +
        'with another input it is an `IdempotencyConflictError`. Keys are per caller, and valid as long ' +
        'as the record is kept.',
    }),
    labels: t.field({
      type: [LabelInput],
      required: true,
      defaultValue: [],
      description: `Labels to find it by later, up to ${bounds.LABELS_COUNT}.`,
    }),
    sessionId: t.id({
      description:
        'The session to run it in: in its directory and with its environment, after what was submitted to it before. Its ' +
        `limits are the session's where none are given. Up to ${bounds.SESSION_QUEUED} executions wait in a session.`,
    }),
    context: t.string({
      description:
        'In a session: the name of an interpreter whose variables stay from one execution to the next, made at its first ' +
        `use; letters, digits and \`- _ .\` inside, up to ${bounds.CONTEXT_NAME_LENGTH} characters, and up to ` +
        `${bounds.SESSION_CONTEXTS} of them. Without it a fresh process in the session's directory.`,
    }),
  }),
});

const ExecuteSuccess = builder.objectRef<{ execution: ExecutionRecord }>('ExecuteSuccess').implement({
  description: 'The program is recorded and queued.',
  fields: (t) => ({
    execution: t.expose('execution', { type: Execution, description: 'Watch it by its `id`.' }),
  }),
});

const ExecuteResult = builder.errorUnion('ExecuteResult', {
  description: 'The result of a submission.',
  types: [
    ExecuteSuccess,
    InvalidInputError,
    UnsupportedLanguageError,
    QueueFullError,
    IdempotencyConflictError,
    NotFoundError,
    SessionEndedError,
  ],
  resolveType: () => ExecuteSuccess,
});

builder.mutationField('execute', (t) =>
  t.field({
    type: ExecuteResult,
    description:
      'Submits a program. Returns once it is recorded, not when it has run: watch it with the ' +
      'subscription `output(id)`, or query `execution(id)` later.',
    args: {
      input: t.arg({ type: ExecuteInput, required: true, description: 'The program and what it gets.' }),
    },
    resolve: async (_root, { input }, context) => ({
      execution: await unlessExpected(
        context.executions.execute(callerOf(context), {
          ...input,
          language: namedLanguage(input.language),
        }),
      ),
    }),
  }),
);
