import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { announce } from '../announce.tsx';
import { Chunks } from '../api/operations.ts';
import { RefusedError, request } from '../api/request.ts';
import { copyText } from '../clipboard.ts';
import { findMatches, MAX_MATCHES, type Match } from '../output/matches.ts';
import { Pane } from '../output/pane.ts';
import { save } from '../save.ts';
import { hasEnded } from '../words.ts';
import type { Run } from './run.ts';

/** How often a search looks through new output, milliseconds. */
const SEARCH_MS = 500;

interface OutputProps {
  readonly run: Run;
  /** Of a cell among others: then it is as high as it has to be, and without tools; nothing where nothing was printed. */
  readonly cellName?: string;
}

/** What a program printed, as a terminal shows it, with a search field, copy and download. */
export function OutputView({ run, cellName }: OutputProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const pane = useSignal<Pane | null>(null);
  const wanted = useSignal('');
  const matches = useSignal<readonly Match[]>([]);
  const current = useSignal(0);
  const isEmpty = useSignal(run.screen.isEmpty);
  const dropped = useSignal(0);
  const downloading = useSignal(false);

  useEffect(() => {
    if (scroller.current === null) return;
    const shown = new Pane(run.screen, scroller.current, cellName !== undefined);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const lookAgain = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        if (wanted.value !== '') matches.value = findMatches(run.screen.lines, wanted.value);
      }, SEARCH_MS);
    };
    run.onOutput = () => {
      isEmpty.value = run.screen.isEmpty;
      dropped.value = run.screen.dropped;
      shown.update();
      if (wanted.value !== '') lookAgain();
    };
    run.onOutput();
    pane.value = shown;
    return () => {
      clearTimeout(timer);
      run.onOutput = () => {};
      pane.value = null;
      shown.close();
    };
  }, [run]);

  useSignalEffect(() => {
    const found = matches.value;
    pane.value?.mark(found, found[current.value] ?? null);
  });

  const search = (text: string): void => {
    wanted.value = text;
    current.value = 0;
    matches.value = findMatches(run.screen.lines, text);
  };
  const step = (by: number): void => {
    const { length } = matches.value;
    if (length > 0) current.value = (current.value + by + length) % length;
  };
  const found = useComputed(() => describeMatches(wanted.value, matches.value.length, current.value));

  return (
    <div class="output" hidden={cellName !== undefined && isEmpty.value}>
      {cellName === undefined && (
        <div class="toolbar">
          <input
            type="search"
            class="search"
            placeholder="Search the output"
            aria-label="Search the output"
            value={wanted}
            onInput={(event) => search(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return;
              event.preventDefault();
              step(event.shiftKey ? -1 : 1);
            }}
          />
          <span class="muted found" aria-live="polite">
            {found}
          </span>
          <span class="spring" />
          <button type="button" class="small" onClick={() => void copy(run)}>
            Copy
          </button>
          <button
            type="button"
            class="small"
            disabled={downloading.value}
            onClick={() => {
              downloading.value = true;
              void run
                .attempt((stop) => downloadOutput(run.id, stop))
                .finally(() => {
                  downloading.value = false;
                });
            }}
          >
            {downloading.value ? 'Downloading…' : 'Download'}
          </button>
        </div>
      )}
      {dropped.value > 0 && (
        <p class="notice">
          The first {dropped.value.toLocaleString()} lines are no longer shown here. Download has them.
        </p>
      )}
      <div class="terminal-frame">
        <section
          ref={scroller}
          class="terminal"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and so must be reached by the keyboard
          tabIndex={0}
          aria-label={`Output of ${cellName ?? 'the program'}`}
        />
        {isEmpty.value && cellName === undefined && <EmptyOutput run={run} />}
        {pane.value !== null && !pane.value.following.value && (
          <button type="button" class="follow" onClick={() => pane.value?.follow()}>
            ↓ Newest lines
          </button>
        )}
      </div>
    </div>
  );
}

function EmptyOutput({ run }: { readonly run: Run }) {
  const watched = run.watched.value;
  if (watched === null) return null;
  if (run.complete.value) return <p class="empty">It printed nothing.</p>;
  return <p class="empty">{hasEnded(watched.status) ? 'Reading…' : 'Nothing printed yet.'}</p>;
}

function describeMatches(wanted: string, count: number, current: number): string {
  if (wanted === '') return '';
  if (count === 0) return 'not found';
  return `${current + 1} of ${count === MAX_MATCHES ? `${count} or more` : count}`;
}

async function copy(run: Run): Promise<void> {
  const copied = await copyText(run.screen.text());
  run.notice.value = copied ? null : 'The browser refused to copy.';
  if (copied) announce('The output was copied.');
}

/**
 * Saves the whole output so far as a text file, as it was printed: from the server, which has also what this page no
 * longer shows.
 * @throws RefusedError; the reason of `signal`
 */
async function downloadOutput(id: string, signal: AbortSignal): Promise<void> {
  const parts: string[] = [];
  for (let [after, hasMore] = [0, true]; hasMore; ) {
    const { execution } = await request(Chunks, { id, after }, signal);
    if (!execution) throw new RefusedError('NOT_FOUND', `There is no execution with the id ${id} any more.`);
    const { chunks, cursor } = execution.chunks;
    parts.push(...chunks.map(({ text }) => text));
    [after, hasMore] = [cursor, execution.chunks.hasMore];
  }
  save(new Blob(parts, { type: 'text/plain' }), `${id}.txt`);
}
