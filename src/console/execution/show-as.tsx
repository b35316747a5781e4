import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { announce } from '../announce.tsx';
import { apiKey } from '../api/key.ts';
import { copyText } from '../clipboard.ts';
import { inputAgain, type Submitted } from '../program/submission.ts';
import { asCurl, asTypeScript, graphiqlAddress } from './snippets.ts';

const KINDS = { curl: asCurl, TypeScript: asTypeScript } as const;
type Kind = keyof typeof KINDS;

/** Shows how the same is done with other clients. */
export function ShowAs({ execution }: { readonly execution: Submitted }) {
  const kind = useSignal<Kind | null>(null);
  const graphiql = document.documentElement.dataset['graphiql'];
  return (
    <>
      {graphiql !== undefined && (
        <a class="button small" href={graphiqlAddress(graphiql, execution.id)} target="_blank" rel="noopener">
          As GraphQL
        </a>
      )}
      {(Object.keys(KINDS) as Kind[]).map((name) => (
        <button
          type="button"
          class="small"
          key={name}
          onClick={() => {
            kind.value = name;
          }}
        >
          As {name}
        </button>
      ))}
      {kind.value !== null && (
        <SnippetDialog
          title={`As ${kind.value}`}
          text={KINDS[kind.value](shownOf(execution))}
          onClose={() => {
            kind.value = null;
          }}
        />
      )}
    </>
  );
}

function shownOf(submitted: Submitted) {
  const { id, stdinOpen } = submitted;
  const { stdinOpen: _, ...input } = inputAgain(submitted);
  return { id, input, origin: location.origin, withKey: apiKey.value !== null, stdinOpen };
}

interface SnippetProps {
  readonly title: string;
  readonly text: string;
  readonly onClose: () => void;
}

function SnippetDialog({ title, text, onClose }: SnippetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const copy = async (): Promise<void> => {
    announce((await copyText(text)) ? 'Copied.' : 'The browser refused to copy.');
  };
  return (
    <dialog ref={dialog} aria-label={title} class="snippet" onClose={onClose}>
      <div class="dialog-head">
        <h2>{title}</h2>
        <button type="button" class="small" onClick={() => void copy()}>
          Copy
        </button>
        <button type="button" class="small" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and so must be reached by the keyboard */}
      <pre tabIndex={0}>{text}</pre>
    </dialog>
  );
}
