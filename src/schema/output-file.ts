import { OMITTED_FILES_COUNT, OUTPUT_FILES_BYTES, OUTPUT_FILES_COUNT, PATH_BYTES } from '../bounds.ts';
import type {
  OmittedFile as OmittedFileRecord,
  OutputFile as OutputFileRecord,
} from '../executions/execution.ts';
import { mediaTypeOf } from '../executions/files/media-type.ts';
import { fileUrl } from '../executions/urls.ts';
import { builder } from './builder.ts';
import { Execution } from './execution.ts';
import { cost } from './limits/cost.ts';

type FileOfExecution = OutputFileRecord & { readonly executionId: string };

const OutputFile = builder.objectRef<FileOfExecution>('OutputFile').implement({
  description: 'A file that a program left. It is kept as long as the record, or until `cleanup`.',
  fields: (t) => ({
    path: t.exposeString('path', {
      description:
        "Relative to the program's directory, with `/` between folders and no `..`. The program chose it: it may hold " +
        'any other character but NUL.',
      extensions: cost({ bytes: PATH_BYTES }),
    }),
    bytes: t.exposeInt('bytes', { description: 'Its size.' }),
    sha256: t.exposeString('sha256', {
      description: 'SHA-256 of its content, hexadecimal; also the ETag of its download.',
    }),
    mediaType: t.string({
      description: 'What it is taken for by its name: `text/csv; charset=utf-8`, `image/png`.',
      resolve: ({ path }) => mediaTypeOf(path),
    }),
    url: t.string({
      description: 'Where it is downloaded: a path on this server, with the same key.',
      extensions: cost({ bytes: 3 * PATH_BYTES }),
      resolve: ({ executionId, path }) => fileUrl(executionId, path),
    }),
  }),
});

const OmittedFile = builder.objectRef<OmittedFileRecord>('OmittedFile').implement({
  description: 'What a program left and the server did not keep.',
  fields: (t) => ({
    path: t.exposeString('path', {
      description:
        "Relative to the program's directory; bytes of a name that are no UTF-8 show as U+FFFD. `…` stands for several.",
      extensions: cost({ bytes: PATH_BYTES }),
    }),
    reason: t.exposeString('reason', { description: 'Why, for people. The wording may change.' }),
  }),
});

builder.objectFields(Execution, (t) => ({
  files: t.field({
    type: [OutputFile],
    description:
      "The files that the program made or changed in its directory, by the submission's `outputFiles`, whatever its end " +
      `was: up to ${OUTPUT_FILES_COUNT} files and ${OUTPUT_FILES_BYTES} bytes in all, in the order of their paths. ` +
      'Empty until it has ended.',
    extensions: cost({ items: OUTPUT_FILES_COUNT }),
    resolve: ({ id, files }) => files.map((file) => ({ ...file, executionId: id })),
  }),
  omittedFiles: t.field({
    type: [OmittedFile],
    description:
      'What matched `outputFiles` and was not kept, and why: bounds, links and other things that are no regular files, ' +
      `what could not be read. Up to ${OMITTED_FILES_COUNT}, then how many more.`,
    extensions: cost({ items: OMITTED_FILES_COUNT }),
    resolve: ({ omittedFiles }) => omittedFiles,
  }),
}));
