import { outage } from '../api/outage.ts';
import { runtimeOf, runtimes } from '../runtimes.ts';
import { languageWord } from '../words.ts';
import type { Draft } from './draft.ts';
import { Drawer } from './drawer.tsx';
import { Editor } from './editor.tsx';
import { EXAMPLES } from './examples.ts';
import { type SubmitFailure, submit, submitFailure, submitting } from './submission.ts';

/** Where a program is written and run. */
export function DraftPane({ draft }: { readonly draft: Draft }) {
  const language = draft.language.value;
  const runtime = runtimeOf(language);
  return (
    <section class="program" aria-label="Program">
      <div class="toolbar">
        <LanguageSelect draft={draft} />
        <ExampleSelect draft={draft} />
        <span class="spring" />
        <RunButton sending={submitting.value} onRun={() => void submit(draft, runtime)} />
      </div>
      <SubmitFailureNotice failure={submitFailure.value} />
      <Editor
        code={draft.code}
        language={language}
        onChange={(code) => {
          draft.code.value = code;
        }}
      />
      <p class="hint">
        <kbd>Ctrl</kbd> <kbd>Enter</kbd> runs it. <kbd>Esc</kbd>, then <kbd>Tab</kbd> leaves the editor.
      </p>
      <Drawer draft={draft} runtime={runtime} />
    </section>
  );
}

function LanguageSelect({ draft }: { readonly draft: Draft }) {
  const own = draft.language.value;
  const names = runtimes.value.map(({ language }) => language);
  return (
    <select aria-label="Language" value={own} onChange={(event) => draft.choose(event.currentTarget.value)}>
      {(names.includes(own) ? names : [own, ...names]).map((name) => (
        <option key={name} value={name}>
          {languageWord(name)}
        </option>
      ))}
    </select>
  );
}

function ExampleSelect({ draft }: { readonly draft: Draft }) {
  const examples = EXAMPLES.filter(({ language }) => language === draft.language.value);
  if (examples.length === 0) return null;
  return (
    <select
      aria-label="Examples"
      value=""
      onChange={(event) => {
        const chosen = examples.find(({ name }) => name === event.currentTarget.value);
        if (chosen) draft.code.value = chosen.code;
        event.currentTarget.value = '';
      }}
    >
      <option value="">Examples</option>
      {examples.map(({ name }) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
}

interface RunButtonProps {
  /** Stops what is on its way to the server; null when nothing is. */
  readonly sending: AbortController | null;
  readonly onRun: () => void;
}

/** Runs it; while the server is away it can be kept from running when that is back. */
export function RunButton({ sending, onRun }: RunButtonProps) {
  if (sending === null)
    return (
      <button type="button" class="primary" onClick={onRun}>
        Run
      </button>
    );
  return outage.value === null ? (
    <button type="button" class="primary" disabled>
      Sending…
    </button>
  ) : (
    <button type="button" onClick={() => sending.abort()}>
      Do not run
    </button>
  );
}

/** Why the last program was not taken; nothing when it was. */
export function SubmitFailureNotice({ failure }: { readonly failure: SubmitFailure | null }) {
  return failure === null ? null : (
    <p class="failure" role="alert">
      {failure.message}
    </p>
  );
}
