import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { fetchFile, isPictureType } from '../api/file.ts';
import { RefusedError } from '../api/request.ts';

/** Pictures beyond are not shown by themselves, bytes: all of them are read at once. */
const MAX_BYTES = 4 * 1024 * 1024;

/** A file as the server tells it. */
interface PictureFile {
  readonly path: string;
  readonly bytes: number;
  readonly mediaType: string;
  readonly url: string;
}

/** Whether it is shown. */
export function isPicture({ mediaType, bytes }: PictureFile): boolean {
  return isPictureType(mediaType) && bytes <= MAX_BYTES;
}

/** A picture that a program made, small; pressed it is as large as the page. */
export function Picture({ file: { path, url } }: { readonly file: PictureFile }) {
  const source = useSignal<string | null>(null);
  const failure = useSignal<string | null>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const stop = new AbortController();
    // As an object of the page: the address of an image carries no key.
    fetchFile(url, stop.signal).then(
      (blob) => {
        source.value = URL.createObjectURL(blob);
      },
      (error: unknown) => {
        if (stop.signal.aborted) return;
        if (!(error instanceof RefusedError)) throw error;
        failure.value = error.message;
      },
    );
    return () => {
      stop.abort();
      if (source.peek() !== null) URL.revokeObjectURL(source.peek() ?? '');
    };
  }, [url]);
  if (failure.value !== null) {
    return (
      <p class="muted">
        {path}: {failure.value}
      </p>
    );
  }
  if (source.value === null) return null;
  return (
    <>
      <button
        type="button"
        class="picture"
        title={path}
        aria-label={`Enlarge ${path}`}
        onClick={() => dialog.current?.showModal()}
      >
        <img
          src={source.value}
          alt={path}
          onError={() => {
            failure.value = 'no picture that the browser can show.';
          }}
        />
      </button>
      <dialog ref={dialog} class="enlarged" aria-label={path}>
        <div class="dialog-head">
          <h2>{path}</h2>
          <button type="button" class="small" onClick={() => dialog.current?.close()}>
            Close
          </button>
        </div>
        <img src={source.value} alt={path} />
      </dialog>
    </>
  );
}
