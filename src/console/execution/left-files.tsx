import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { fetchFile } from '../api/file.ts';
import { apiKey } from '../api/key.ts';
import { Files } from '../api/operations.ts';
import { request } from '../api/request.ts';
import type { FilesQuery } from '../generated/graphql.ts';
import { save } from '../save.ts';
import { bytes, hasEnded } from '../words.ts';
import { isPicture, Picture } from './picture.tsx';
import type { Run } from './run.ts';

type Left = NonNullable<FilesQuery['execution']>;
type LeftFile = Left['files'][number];

/** The files that a program left: to be saved, pictures to be looked at. Nothing until it has ended, or without any. */
export function LeftFiles({ run }: { readonly run: Run }) {
  const left = useSignal<Left | null>(null);
  const watched = run.watched.value;
  const ended = watched !== null && hasEnded(watched.status);
  useEffect(() => {
    if (!ended) return;
    void run.attempt(async (stop) => {
      left.value = (await request(Files, { id: run.id }, stop)).execution;
    });
  }, [run, ended]);
  if (left.value === null) return null;
  const { files, omittedFiles } = left.value;
  if (files.length === 0 && omittedFiles.length === 0) return null;
  const pictures = files.filter(isPicture);
  return (
    <section class="left" aria-label="Files that it left">
      {pictures.length > 0 && (
        <div class="pictures">
          {pictures.map((file) => (
            <Picture key={file.path} file={file} />
          ))}
        </div>
      )}
      <ul>
        {files.map((file) => (
          <li key={file.path}>
            <a
              href={file.url}
              download={nameOf(file)}
              onClick={(event) => {
                // A link carries no key.
                if (apiKey.value === null) return;
                event.preventDefault();
                void run.attempt(async (stop) => save(await fetchFile(file.url, stop), nameOf(file)));
              }}
            >
              {file.path}
            </a>{' '}
            <span class="muted">{bytes(file.bytes)}</span>
          </li>
        ))}
        {omittedFiles.map(({ path, reason }) => (
          <li key={path} class="muted">
            {path}: not kept. {reason}
          </li>
        ))}
      </ul>
    </section>
  );
}

function nameOf({ path }: LeftFile): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
