import type { Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Link, pathOfSession } from '../router.tsx';
import { hasEnded } from '../words.ts';
import { LeftFiles } from './left-files.tsx';
import { OutputView } from './output-view.tsx';
import type { Run } from './run.ts';
import { ShowAs } from './show-as.tsx';
import { StatusBar } from './status-bar.tsx';
import { mayInterrupt, StdinLine } from './stdin-line.tsx';

interface RunPaneProps {
  readonly run: Run;
  /** Whether it was submitted here: then it is brought into sight where it is below the program. */
  readonly isOwn: boolean;
  /** Submits the same once more; null while that is not known how. */
  readonly onAgain: (() => void) | null;
}

/** How an execution goes and what it prints. */
export function RunPane({ run, isOwn, onAgain }: RunPaneProps) {
  const pane = useRef<HTMLElement>(null);
  const watched = run.watched.value;
  const submitted = run.submitted.value;
  useEffect(() => {
    if (isOwn && matchMedia('(max-width: 799.9px)').matches) pane.current?.scrollIntoView();
    // Again when it has all its parts: before, the page may be too short for it.
  }, [submitted !== null]);
  const mayCancel = watched !== null && !hasEnded(watched.status);
  const takesInput = mayCancel && !watched.stdinClosed && !run.stdin.ended.value;
  return (
    <section ref={pane} class="run" aria-label="Execution">
      <div class="toolbar run-head">
        <StatusBar watched={watched} failure={run.failure.value} limitMs={submitted?.limits.timeoutMs} />
        {watched?.status === 'RUNNING' && mayInterrupt(run) && (
          <button type="button" title="As Ctrl-C does" onClick={() => void run.interrupt()}>
            Interrupt
          </button>
        )}
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
      <NoticeBar notice={run.notice} />
      <OutputView run={run} />
      {takesInput && <StdinLine run={run} />}
      <LeftFiles run={run} />
      {submitted !== null && (
        <div class="toolbar foot">
          <code class="id">{run.id}</code>
          {submitted.session !== null && (
            <Link to={pathOfSession(submitted.session.id)} class="button small">
              Its session
            </Link>
          )}
          <span class="spring" />
          <ShowAs execution={submitted} />
        </div>
      )}
    </section>
  );
}

/** What did not work, until it is closed. */
export function NoticeBar({ notice }: { readonly notice: Signal<string | null> }) {
  if (notice.value === null) return null;
  return (
    <div class="failure notice-bar">
      <span role="alert">{notice.value}</span>
      <button
        type="button"
        class="small"
        onClick={() => {
          notice.value = null;
        }}
      >
        Close
      </button>
    </div>
  );
}
