import { useSignal } from '@preact/signals';
import { request } from '../api/request.ts';
import { type Session, Sessions } from '../api/sessions.ts';
import type { SessionsQuery } from '../generated/graphql.ts';
import { SubmitFailureNotice } from '../program/draft-pane.tsx';
import { FieldError } from '../program/limits.ts';
import { describe, type SubmitFailure } from '../program/submission.ts';
import { usePolled } from '../repeat.ts';
import { Link, navigate, PageLinks, pathOfSession, search } from '../router.tsx';
import { runtimes } from '../runtimes.ts';
import { languageWord, moment } from '../words.ts';
import { createSession } from './notebook.ts';
import { SessionBadge, TimeLeft } from './notebook-page.tsx';

const PAGE = 25;
/** How often the page is asked for again, milliseconds. */
const REFRESH_MS = 2000;

type Limits = SessionsQuery['sessionLimits'];

/** One's sessions, newest first, and the way to another one. */
export function SessionsPage() {
  const after = search.value.get('after');
  const { value, failure } = usePolled(
    (signal) => request(Sessions, { first: PAGE, after }, signal),
    REFRESH_MS,
    after ?? '',
  );
  const read = value.value;
  return (
    <div class="page">
      <h1>Sessions</h1>
      <p class="muted">
        A session keeps a sandbox: variables and files that one cell leaves are there for the next.
      </p>
      {failure.value !== null && (
        <p class="failure" role="alert">
          {failure.value}
        </p>
      )}
      {read !== null && (
        <>
          <NewSession limits={read.sessionLimits} />
          <List sessions={read.sessions.edges.map(({ node }) => node)} />
          <PageLinks
            info={read.sessions.pageInfo}
            addressAfter={(cursor) =>
              `/sessions${cursor === '' ? '' : `?${new URLSearchParams({ after: cursor })}`}`
            }
          />
        </>
      )}
    </div>
  );
}

function NewSession({ limits }: { readonly limits: Limits }) {
  const language = useSignal('');
  const idle = useSignal('');
  const refused = useSignal<SubmitFailure | null>(null);
  const isMaking = useSignal(false);
  const languages = runtimes.value.filter(({ contexts }) => contexts);
  if (runtimes.value.length === 0) return null;
  if (languages.length === 0) return <p class="notice">This server keeps variables in no language.</p>;
  const make = async (): Promise<void> => {
    isMaking.value = true;
    refused.value = null;
    try {
      const idleTimeoutMs = readIdle(idle.value, limits);
      const chosen = language.value || languages[0]?.language || '';
      const id = await createSession({ language: chosen, idleTimeoutMs }, new AbortController().signal);
      navigate(pathOfSession(id));
    } catch (error) {
      refused.value = describe(error);
    } finally {
      isMaking.value = false;
    }
  };
  return (
    <>
      <form
        class="filters"
        aria-label="New session"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isMaking.value) void make();
        }}
      >
        <label>
          Language
          <select
            value={language.value || languages[0]?.language}
            onChange={(event) => {
              language.value = event.currentTarget.value;
            }}
          >
            {languages.map((one) => (
              <option key={one.language} value={one.language}>
                {languageWord(one.language)}
              </option>
            ))}
          </select>
        </label>
        <label>
          Idle limit (s), {limits.minIdleTimeoutMs / 1000} to {limits.lifetimeMs / 1000}
          <input
            inputMode="decimal"
            placeholder={String(limits.idleTimeoutMs / 1000)}
            value={idle.value}
            aria-invalid={refused.value?.field === 'idleTimeoutMs'}
            onInput={(event) => {
              idle.value = event.currentTarget.value;
            }}
          />
        </label>
        <button type="submit" class="primary" disabled={isMaking.value}>
          New session
        </button>
      </form>
      <SubmitFailureNotice failure={refused.value} />
    </>
  );
}

/** Null when none is written. @throws FieldError */
function readIdle(text: string, { minIdleTimeoutMs, lifetimeMs }: Limits): number | null {
  if (text.trim() === '') return null;
  const ms = Math.round(Number(text.replace(',', '.')) * 1000);
  if (ms >= minIdleTimeoutMs && ms <= lifetimeMs) return ms;
  throw new FieldError(
    'idleTimeoutMs',
    `Idle limit: expected ${minIdleTimeoutMs / 1000} to ${lifetimeMs / 1000} s, got ${text}.`,
  );
}

function List({ sessions }: { readonly sessions: readonly Session[] }) {
  if (sessions.length === 0) return <p class="empty">There are none yet.</p>;
  return (
    <table class="sessions">
      <thead>
        <tr>
          <th scope="col">Made</th>
          <th scope="col">Status</th>
          <th scope="col">Language</th>
          <th scope="col">Contexts</th>
          <th scope="col">Ends</th>
        </tr>
      </thead>
      <tbody>
        {sessions.map((session) => (
          <tr key={session.id}>
            <th scope="row">
              <Link to={pathOfSession(session.id)}>{moment(session.createdAt)}</Link>
            </th>
            <td data-label="Status">
              <SessionBadge session={session} />
            </td>
            <td data-label="Language">{languageWord(session.language)}</td>
            <td data-label="Contexts">
              {session.contexts.map(({ name, executionCount }) => `${name} (${executionCount})`).join(', ')}
            </td>
            <td data-label="Ends">
              {session.endedAt === null ? <TimeLeft session={session} /> : moment(session.endedAt)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
