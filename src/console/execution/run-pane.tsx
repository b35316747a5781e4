import { hasEnded } from '../words.ts';
import { OutputView } from './output-view.tsx';
import type { Run } from './run.ts';
import { ShowAs } from './show-as.tsx';
import { StatusBar } from './status-bar.tsx';

interface RunPaneProps {
  readonly run: Run;
  /** Submits the same once more; null while that is not known how. */
  readonly onAgain: (() => void) | null;
}

/** How an execution goes and what it prints. */
export function RunPane({ run, onAgain }: RunPaneProps) {
  const watched = run.watched.value;
  const submitted = run.submitted.value;
  const mayCancel = watched !== null && !hasEnded(watched.status);
  return (
    <section class="run" aria-label="Execution">
      <div class="toolbar run-head">
        <StatusBar run={run} />
        {mayCancel ? (
          <button
            type="button"
            class="danger"
            disabled={run.cancelling.value}
            onClick={() => void run.cancel()}
          >
            {run.cancelling.value ? 'Cancelling…' : 'Cancel'}
          </button>
        ) : (
          onAgain !== null &&
          watched !== null && (
            <button type="button" onClick={onAgain}>
              Run again
            </button>
          )
        )}
      </div>
      <OutputView run={run} />
      {submitted !== null && (
        <div class="toolbar foot">
          <code class="id">{run.id}</code>
          <span class="spring" />
          <ShowAs execution={submitted} />
        </div>
      )}
    </section>
  );
}
