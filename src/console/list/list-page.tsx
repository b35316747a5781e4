import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { List } from '../api/operations.ts';
import { sleep } from '../api/outage.ts';
import { RefusedError, request } from '../api/request.ts';
import type { ListQuery } from '../generated/graphql.ts';
import { Link, pathOf, search } from '../router.tsx';
import { duration, hasEnded, languageWord, moment, reasonWords, statusWord } from '../words.ts';
import { filterOf, type ListAddress, readAddress, writeAddress } from './filter.ts';
import { Filters } from './filters.tsx';

const PAGE = 25;
/** How often the page is asked for again, milliseconds. */
const REFRESH_MS = 2000;

type Page = ListQuery['executions'];
type Node = Page['edges'][number]['node'];

/** The executions, newest first, their statuses as they are now. */
export function ListPage() {
  const address = readAddress(search.value);
  const page = useSignal<Page | null>(null);
  const failure = useSignal<string | null>(null);
  const key = writeAddress(address);
  useEffect(() => {
    const stop = new AbortController();
    page.value = null;
    failure.value = null;
    refresh(address, stop.signal, (read) => {
      page.value = read;
    }).catch((error: unknown) => {
      if (stop.signal.aborted) return;
      if (!(error instanceof RefusedError)) throw error;
      failure.value = error.message;
    });
    return () => stop.abort();
  }, [key]);
  return (
    <div class="page">
      <h1>Executions</h1>
      <Filters address={address} />
      {failure.value !== null && (
        <p class="failure" role="alert">
          {failure.value}
        </p>
      )}
      {page.value !== null && <Executions page={page.value} />}
      {page.value !== null && <Paging page={page.value} address={address} />}
    </div>
  );
}

/** Reads the page, and again and again while somebody looks. */
async function refresh(
  address: ListAddress,
  signal: AbortSignal,
  onPage: (page: Page) => void,
): Promise<void> {
  while (!signal.aborted) {
    if (document.visibilityState === 'visible') {
      const variables = { first: PAGE, after: address.after || null, filter: filterOf(address) };
      onPage((await request(List, variables, signal)).executions);
    }
    await sleep(REFRESH_MS, signal);
  }
}

function Executions({ page }: { readonly page: Page }) {
  if (page.edges.length === 0) return <p class="empty">There are none.</p>;
  return (
    <table class="executions">
      <thead>
        <tr>
          <th scope="col">Submitted</th>
          <th scope="col">Status</th>
          <th scope="col">Language</th>
          <th scope="col">Took</th>
          <th scope="col">Labels</th>
        </tr>
      </thead>
      <tbody>
        {page.edges.map(({ node }) => (
          <ExecutionRow key={node.id} node={node} />
        ))}
      </tbody>
    </table>
  );
}

function ExecutionRow({ node }: { readonly node: Node }) {
  const { id, status, language, createdAt, labels, message, queuePosition } = node;
  const reason = reasonWords(node) ?? (queuePosition === null ? null : `number ${queuePosition}`);
  return (
    <tr>
      <th scope="row">
        <Link to={pathOf(id)}>{moment(createdAt)}</Link>
      </th>
      <td data-label="Status">
        <span class={`badge ${status.toLowerCase()}`}>{statusWord(status)}</span>{' '}
        <span class="muted" title={message ?? undefined}>
          {reason}
        </span>
      </td>
      <td data-label="Language">{languageWord(language)}</td>
      <td data-label="Took">{took(node)}</td>
      <td data-label="Labels">{labels.map(({ name, value }) => `${name}=${value}`).join(' ')}</td>
    </tr>
  );
}

function took({ status, startedAt, finishedAt }: Node): string {
  if (startedAt === null || finishedAt === null || !hasEnded(status)) return '';
  return duration(Date.parse(finishedAt) - Date.parse(startedAt));
}

function Paging({ page, address }: { readonly page: Page; readonly address: ListAddress }) {
  const { hasNextPage, hasPreviousPage, endCursor } = page.pageInfo;
  return (
    <nav class="paging" aria-label="Pages of the list">
      {hasPreviousPage && <Link to={writeAddress({ ...address, after: '' })}>Newest</Link>}
      {hasNextPage && <Link to={writeAddress({ ...address, after: endCursor ?? '' })}>Older</Link>}
    </nav>
  );
}
