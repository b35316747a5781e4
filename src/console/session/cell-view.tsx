import { type Signal, useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { LeftFiles } from '../execution/left-files.tsx';
import { OutputView } from '../execution/output-view.tsx';
import { Run } from '../execution/run.ts';
import { NoticeBar } from '../execution/run-pane.tsx';
import { StatusBar } from '../execution/status-bar.tsx';
import { mayInterrupt, StdinLine } from '../execution/stdin-line.tsx';
import { Editor } from '../program/editor.tsx';
import { Link, pathOf } from '../router.tsx';
import { hasEnded } from '../words.ts';
import type { ShownCell } from './cells.ts';
import type { Notebook } from './notebook.ts';

/** How far out of sight a cell is still, or already, looked at. */
const MARGIN = '300px 0px';
/** A cell that has run for so long may wait for an answer, milliseconds: most are over before. */
const MAY_ASK_MS = 400;

interface CellProps {
  readonly notebook: Notebook;
  readonly shown: ShownCell;
}

/** One cell: its code, how it goes, and what it printed and left. Only while it is in sight anything is read for it. */
export function CellView({ notebook, shown }: CellProps) {
  const { cell, count, lostState } = shown;
  const element = useRef<HTMLElement>(null);
  const run = useRunInSight(element, shown);
  const submitted = run?.submitted.value ?? null;
  const watched = (run?.following.value ? run.watched.value : null) ?? cell;
  const ended = hasEnded(watched.status);
  useEffect(() => {
    if (watched.status !== cell.status) notebook.refresh();
  }, [watched.status]);
  const mayAsk = useDelay(watched.status === 'RUNNING', MAY_ASK_MS);
  const where = cell.context ?? 'fresh process';
  const name = count === null ? `cell in ${where}` : `cell ${count} of ${where}`;
  return (
    <article ref={element} class="cell" aria-label={name} data-id={cell.id}>
      <div class="toolbar cell-head">
        <span class="count">
          [{count ?? (ended ? '–' : watched.status === 'QUEUED' ? ' ' : '*')}] <strong>{where}</strong>
        </span>
        <StatusBar
          watched={watched}
          failure={run?.failure.value ?? null}
          limitMs={submitted?.limits.timeoutMs}
          name={name}
          saysFormerEnd={notebook.own.has(cell.id)}
        />
        {run !== null && <CellButtons notebook={notebook} run={run} status={watched.status} />}
        <Link to={pathOf(cell.id)} class="button small">
          Open
        </Link>
      </div>
      {run !== null && submitted !== null && (
        <>
          <Code run={run} language={submitted.language} />
          <NoticeBar notice={run.notice} />
          <OutputView run={run} cellName={name} />
          {mayAsk && !watched.stdinClosed && !run.stdin.ended.value && <StdinLine run={run} />}
          <LeftFiles run={run} />
        </>
      )}
      {lostState && (
        <p class="lost">
          The variables of {cell.context} are lost. The next cell in {cell.context} begins with none.
        </p>
      )}
    </article>
  );
}

/** @param run the same for as long as it is shown */
function Code({ run, language }: { readonly run: Run; readonly language: string }) {
  const code = useComputed(() => run.submitted.value?.code ?? '');
  return <Editor code={code} language={language} label="Code" />;
}

interface ButtonsProps {
  readonly notebook: Notebook;
  readonly run: Run;
  readonly status: ShownCell['cell']['status'];
}

function CellButtons({ notebook, run, status }: ButtonsProps) {
  const submitted = run.submitted.value;
  if (submitted === null) return null;
  if (!hasEnded(status)) {
    return (
      <>
        {status === 'RUNNING' && mayInterrupt(run) && (
          <button
            type="button"
            class="small"
            title="As Ctrl-C does; the variables stay"
            onClick={() => void run.interrupt()}
          >
            Interrupt
          </button>
        )}
        <button
          type="button"
          class="small danger"
          disabled={run.cancelling.value}
          onClick={() => void run.cancel().then(() => notebook.refresh())}
        >
          {run.cancelling.value ? 'Cancelling…' : 'Cancel'}
        </button>
      </>
    );
  }
  const isOpen = notebook.session.value?.status !== 'ENDED';
  return (
    <>
      {isOpen && (
        <button type="button" class="small" onClick={() => void notebook.again(submitted)}>
          Run again
        </button>
      )}
      <button type="button" class="small" onClick={() => notebook.edit(submitted)}>
        Edit a copy
      </button>
    </>
  );
}

/**
 * What is read for a cell: from when it comes into sight until it has been read and is out of sight again. Then its place
 * stays as high as it was. Null out of sight.
 */
function useRunInSight(
  element: { readonly current: HTMLElement | null },
  { cell, isFollowed }: ShownCell,
): Run | null {
  const isSeen = useSignal(false);
  const run: Signal<Run | null> = useSignal<Run | null>(null);
  useEffect(() => {
    if (element.current === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        isSeen.value = entries.at(-1)?.isIntersecting ?? false;
      },
      { rootMargin: MARGIN },
    );
    observer.observe(element.current);
    return () => {
      observer.disconnect();
      run.peek()?.close();
    };
  }, []);
  const isComplete = run.value?.complete.value ?? false;
  useEffect(() => {
    const place = element.current;
    if (place === null) return;
    if (isSeen.value) run.value ??= new Run(cell.id, true);
    else if (run.value !== null && (isComplete || !run.value.following.value)) {
      place.style.minHeight = `${place.offsetHeight}px`;
      run.value.close();
      run.value = null;
    }
  }, [isSeen.value, isComplete, isFollowed]);
  useEffect(() => {
    if (isFollowed) run.value?.follow();
  }, [run.value, isFollowed]);
  useEffect(() => {
    if (isComplete && isSeen.value && element.current) element.current.style.minHeight = '';
  }, [isComplete, isSeen.value]);
  return run.value;
}

/** Whether it has been so for that long. */
function useDelay(isSo: boolean, ms: number): boolean {
  const isLong = useSignal(false);
  useEffect(() => {
    isLong.value = false;
    if (!isSo) return;
    const timer = setTimeout(() => {
      isLong.value = true;
    }, ms);
    return () => clearTimeout(timer);
  }, [isSo]);
  return isSo && isLong.value;
}
