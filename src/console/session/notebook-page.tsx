import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Session } from '../api/sessions.ts';
import { NoticeBar } from '../execution/run-pane.tsx';
import { useServerTime } from '../repeat.ts';
import { navigate, pathOfSession } from '../router.tsx';
import { languageWord, moment, remaining, sessionEndWords, sessionStatusWord } from '../words.ts';
import { CellView } from './cell-view.tsx';
import { shownCells } from './cells.ts';
import { NewCell } from './new-cell.tsx';
import { Notebook } from './notebook.ts';

/** How near to the end of the page counts as at the end, pixels. */
const NEAR_PX = 60;

/** A session as a notebook: its cells, one below the other, and a place for the next. */
export function NotebookPage({ id }: { readonly id: string }) {
  const notebook = useNotebook(id);
  if (notebook === null) return null;
  const session = notebook.session.value;
  if (notebook.failure.value !== null) {
    return (
      <div class="page">
        <p class="failure" role="alert">
          {notebook.failure.value}
        </p>
      </div>
    );
  }
  if (session === null) return <p class="empty">Reading…</p>;
  return (
    <div class="page notebook">
      <SessionHead notebook={notebook} session={session} />
      <Cells notebook={notebook} session={session} />
      {session.status === 'ENDED' && <Ended notebook={notebook} session={session} />}
      <NewCell notebook={notebook} session={session} />
      <p class="muted">
        Session <code class="id">{id}</code>
        {session.status !== 'ENDED' && (
          <>
            ; at a terminal: <code>podline repl --session {id}</code>
          </>
        )}
      </p>
    </div>
  );
}

function useNotebook(id: string): Notebook | null {
  const notebook = useSignal<Notebook | null>(null);
  useEffect(() => {
    const opened = new Notebook(id);
    notebook.value = opened;
    return () => opened.close();
  }, []);
  return notebook.value;
}

interface PartProps {
  readonly notebook: Notebook;
  readonly session: Session;
}

function SessionHead({ notebook, session }: PartProps) {
  const { status, language, contexts } = session;
  const isOpen = status !== 'ENDED';
  return (
    <section class="session-head" aria-label="Session">
      <div class="toolbar">
        <h1>{languageWord(language)}</h1>
        <SessionBadge session={session} />
        <TimeLeft session={session} />
        <span class="spring" />
        {isOpen && <EndButton notebook={notebook} />}
      </div>
      {contexts.length > 0 && (
        <ul class="contexts" aria-label="Contexts">
          {contexts.map(({ name, executionCount, stateLost }) => (
            <li key={name} class={stateLost ? 'state-lost' : ''}>
              <strong>{name}</strong> {executionCount} {executionCount === 1 ? 'cell' : 'cells'}
              {stateLost && ', variables lost'}
            </li>
          ))}
        </ul>
      )}
      <NoticeBar notice={notebook.notice} />
    </section>
  );
}

/** The status of a session, and why it ended. */
export function SessionBadge({ session: { status, endReason } }: { readonly session: Session }) {
  const reason = sessionEndWords(endReason);
  return (
    <>
      <span class={`badge session-${status.toLowerCase()}`}>{sessionStatusWord(status)}</span>
      {reason !== null && <span> {reason}</span>}
    </>
  );
}

/** When a session ends if nothing happens. */
export function TimeLeft({ session: { status, expiresAt, idleTimeoutMs } }: { readonly session: Session }) {
  const isIdle = status === 'IDLE';
  const now = useServerTime(expiresAt !== null, 1000);
  if (expiresAt === null) return null;
  const left = remaining(Date.parse(expiresAt) - now);
  return (
    <span class="muted time-left">
      {isIdle
        ? `ends in ${left} unless used`
        : `idle limit ${remaining(idleTimeoutMs)}, at most ${left} more`}
    </span>
  );
}

function EndButton({ notebook }: { readonly notebook: Notebook }) {
  const isAsking = useSignal(false);
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current?.focus(), [isAsking.value]);
  if (notebook.ending.value) {
    return (
      <button type="button" class="danger" disabled>
        Ending…
      </button>
    );
  }
  if (!isAsking.value) {
    return (
      <button
        type="button"
        class="danger"
        onClick={() => {
          isAsking.value = true;
        }}
      >
        End session
      </button>
    );
  }
  return (
    <>
      <span role="alert">Its variables and files go. What it printed stays.</span>
      <button
        ref={keep}
        type="button"
        onClick={() => {
          isAsking.value = false;
        }}
      >
        Keep it
      </button>
      <button type="button" class="danger" onClick={() => void notebook.end()}>
        End it
      </button>
    </>
  );
}

function Cells({ notebook, session }: PartProps) {
  const list = useRef<HTMLDivElement>(null);
  useStaysAtEnd(list, session.status !== 'ENDED');
  const shown = useComputed(() =>
    shownCells(notebook.cells.value, notebook.session.value?.contexts ?? [], notebook.hasEarlier.value),
  );
  return (
    <div ref={list} class="cells">
      {notebook.hasEarlier.value && (
        <button type="button" class="earlier" onClick={() => void notebook.readEarlier()}>
          Earlier cells
        </button>
      )}
      {shown.value.map((one) => (
        <CellView key={one.cell.id} notebook={notebook} shown={one} />
      ))}
    </div>
  );
}

/** While the reader is at the end of the page, its end stays in sight as the cells grow. */
function useStaysAtEnd(list: { readonly current: HTMLElement | null }, isOpen: boolean): void {
  useEffect(() => {
    if (list.current === null) return;
    let isAtEnd = isOpen;
    let before = scrollY;
    const page = document.documentElement;
    // Told a moment late, when the page may have grown already: it is the reader who leaves the end, upwards.
    const scrolled = (): void => {
      const left = page.scrollHeight - innerHeight - scrollY;
      if (left <= NEAR_PX) isAtEnd = true;
      else if (scrollY < before) isAtEnd = false;
      before = scrollY;
    };
    const observer = new ResizeObserver(() => {
      if (isAtEnd) scrollTo(0, page.scrollHeight);
    });
    observer.observe(list.current);
    addEventListener('scroll', scrolled, { passive: true });
    return () => {
      observer.disconnect();
      removeEventListener('scroll', scrolled);
    };
  }, []);
}

function Ended({ notebook, session: { endReason, message, endedAt } }: PartProps) {
  return (
    <div class="ended">
      <p>
        <strong>The session has ended</strong>
        {endedAt !== null && `, ${moment(endedAt)}`}: {sessionEndWords(endReason)}. {message} Its cells stay
        to be read; nothing more runs in it.
      </p>
      <button
        type="button"
        onClick={() => void notebook.another().then((id) => id !== null && navigate(pathOfSession(id)))}
      >
        New session
      </button>
    </div>
  );
}
