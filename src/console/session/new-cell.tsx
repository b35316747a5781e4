import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { CONTEXT_NAME_LENGTH, SESSION_CONTEXTS } from '../../bounds.ts';
import type { Session } from '../api/sessions.ts';
import { RunButton, SubmitFailureNotice } from '../program/draft-pane.tsx';
import { Editor } from '../program/editor.tsx';
import { runtimeOf } from '../runtimes.ts';
import { MAIN, type Notebook } from './notebook.ts';

interface NewCellProps {
  readonly notebook: Notebook;
  readonly session: Session;
}

/** Where the next cell is written. Of a session that has ended it keeps what was written. */
export function NewCell({ notebook, session: { language, status, contexts } }: NewCellProps) {
  const hasEnded = status === 'ENDED';
  const hasContexts = runtimeOf(language)?.contexts !== false;
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!hasEnded) notebook.focused.value++;
  }, []);
  useEffect(() => {
    place.current?.scrollIntoView({ block: 'nearest' });
  }, [notebook.focused.value]);
  useEffect(() => {
    if (!hasContexts) notebook.context.value = null;
  }, [hasContexts]);
  if (hasEnded && notebook.code.value === '') return null;
  const run = (): void => {
    if (!hasEnded) void notebook.run();
  };
  return (
    <section ref={place} class="cell new-cell" aria-label="New cell">
      <SubmitFailureNotice failure={notebook.refused.value} />
      <Editor
        code={notebook.code}
        language={language}
        label="New cell"
        onChange={(code) => {
          notebook.code.value = code;
        }}
        onRun={run}
        focused={notebook.focused}
      />
      <div class="toolbar">
        {hasContexts ? (
          <ContextChoice notebook={notebook} names={contexts.map(({ name }) => name)} />
        ) : (
          <span class="muted">Runs in a fresh process: no variables stay.</span>
        )}
        <span class="hint">
          <kbd>Shift</kbd> <kbd>Enter</kbd> runs it. <kbd>Esc</kbd>, then <kbd>Tab</kbd> leaves the editor.
        </span>
        <span class="spring" />
        {!hasEnded && <RunButton sending={notebook.sending.value} onRun={run} />}
      </div>
    </section>
  );
}

/** What stands in the choice for what is no name of a context; names have no such characters. */
const FRESH = '(fresh)';
const OTHER = '(other)';

function ContextChoice({
  notebook,
  names,
}: {
  readonly notebook: Notebook;
  readonly names: readonly string[];
}) {
  const { context } = notebook;
  const known = names.includes(MAIN) ? names : [MAIN, ...names];
  const isNaming = useSignal(false);
  useEffect(() => {
    // Its name was written out, and now it is one of those to choose from.
    if (names.includes(context.value ?? '')) isNaming.value = false;
  }, [names.length]);
  const isOther = context.value !== null && (isNaming.value || !known.includes(context.value));
  const chosen = isOther ? OTHER : (context.value ?? FRESH);
  return (
    <>
      <select
        aria-label="Runs in"
        value={chosen}
        onChange={(event) => {
          const { value } = event.currentTarget;
          isNaming.value = value === OTHER;
          context.value = value === FRESH ? null : value === OTHER ? '' : value;
        }}
      >
        {known.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
        <option value={OTHER} disabled={known.length >= SESSION_CONTEXTS && chosen !== OTHER}>
          another context…
        </option>
        <option value={FRESH}>a fresh process</option>
      </select>
      {chosen === OTHER && (
        <input
          class="context-name"
          aria-label="Name of the context"
          title={`Letters, digits and - _ . inside, up to ${CONTEXT_NAME_LENGTH}; up to ${SESSION_CONTEXTS} contexts in a session`}
          placeholder="name"
          maxLength={CONTEXT_NAME_LENGTH}
          value={context.value ?? ''}
          onInput={(event) => {
            context.value = event.currentTarget.value;
          }}
        />
      )}
    </>
  );
}
