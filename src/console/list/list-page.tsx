import { List } from '../api/operations.ts';
import { request } from '../api/request.ts';
import type { ListQuery } from '../generated/graphql.ts';
import { usePolled } from '../repeat.ts';
import { Link, PageLinks, pathOf, search } from '../router.tsx';
import { duration, hasEnded, languageWord, moment, reasonWords, statusWord } from '../words.ts';
import { filterOf, readAddress, writeAddress } from './filter.ts';
import { Filters } from './filters.tsx';

const PAGE = 25;
/** How often the page is asked for again, milliseconds. */
const REFRESH_MS = 2000;

type Page = ListQuery['executions'];
type Node = Page['edges'][number]['node'];

/** The executions, newest first, their statuses as they are now. */
export function ListPage() {
  const address = readAddress(search.value);
  const { value: page, failure } = usePolled(
    async (signal) => {
      const variables = { first: PAGE, after: address.after || null, filter: filterOf(address) };
      return (await request(List, variables, signal)).executions;
    },
    REFRESH_MS,
    writeAddress(address),
  );
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
      {page.value !== null && (
        <PageLinks info={page.value.pageInfo} addressAfter={(after) => writeAddress({ ...address, after })} />
      )}
    </div>
  );
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
