import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ProgramPane } from './execution/program-pane.tsx';
import { Run } from './execution/run.ts';
import { RunPane } from './execution/run-pane.tsx';
import { draft } from './program/draft.ts';
import { DraftPane } from './program/draft-pane.tsx';
import {
  describe,
  inputAgain,
  type Submitted,
  submit,
  submitFailure,
  submitInput,
} from './program/submission.ts';
import { navigate, pathOf } from './router.tsx';
import { runtimeOf } from './runtimes.ts';

/**
 * A program beside what became of it. The draft stays in the editor while its own execution is looked at; an execution
 * that was made of something else shows its own program.
 * @param id of the execution to look at; null for none
 */
export function Workspace({ id }: { readonly id: string | null }) {
  const run = useRun(id);
  const isDraft = id === null || id === draft.runId.value;
  useRunKey(isDraft);
  return (
    <div class="workspace">
      {isDraft ? <DraftPane draft={draft} /> : run !== null && <ProgramPane key={run.id} run={run} />}
      {run === null ? (
        <section class="run" aria-label="Execution">
          <p class="empty">The output appears here.</p>
        </section>
      ) : (
        <RunPane
          key={run.id}
          run={run}
          isOwn={isDraft}
          onAgain={isDraft ? runDraft : again(run.submitted.value)}
        />
      )}
    </div>
  );
}

/** The execution that is looked at, followed for as long as it is. */
function useRun(id: string | null): Run | null {
  const run = useSignal<Run | null>(null);
  useEffect(() => {
    if (id === null) return;
    const opened = new Run(id);
    run.value = opened;
    return () => {
      run.value = null;
      opened.close();
    };
  }, [id]);
  return run.value?.id === id ? run.value : null;
}

/** Ctrl-Enter runs the draft, wherever the focus is. */
function useRunKey(isDraft: boolean): void {
  useEffect(() => {
    if (!isDraft) return;
    const press = (event: KeyboardEvent): void => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      runDraft();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [isDraft]);
}

function runDraft(): void {
  void submit(draft, runtimeOf(draft.language.value));
}

/** Submits what the server tells of an execution; stdin, files and environment it has erased. */
function again(submitted: Submitted | null): (() => void) | null {
  if (submitted === null) return null;
  const input = inputAgain(submitted);
  return () => {
    submitFailure.value = null;
    submitInput(input).then(
      (id) => navigate(pathOf(id)),
      (error: unknown) => {
        submitFailure.value = describe(error);
      },
    );
  };
}
