import { CommandError, UsageError } from '../errors.ts';
import { graphql } from '../generated/gql.ts';
import type { ExecutionFilter, FindExecutionsQuery } from '../generated/graphql.ts';
import type { Endpoint } from './endpoint.ts';
import { request } from './request.ts';

const Find = graphql(`
  query FindExecutions($first: Int!, $after: String, $filter: ExecutionFilter) {
    executions(first: $first, after: $after, filter: $filter) {
      edges {
        node {
          id
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const PAGE = 100;
/** Pages that are read for the beginning of an id; what is left then needs more digits. */
const MAX_PAGES = 20;
/** Digits that the beginning of an id must have. */
const MIN_DIGITS = 4;
/** Hexadecimal digits of an id that are its time, milliseconds since 1970. */
const TIME_DIGITS = 12;
/** An id is made a moment before the time that is recorded. */
const SLACK_MS = 10_000;
const FULL_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The id of the execution that `text` names: an id, the beginning of one that no other has, or `latest`.
 * @throws UsageError for anything else; CommandError when there is none, or more than one
 */
export async function findId(endpoint: Endpoint, text: string): Promise<string> {
  const given = text.toLowerCase();
  if (FULL_ID.test(given)) return given;
  if (given === 'latest') return await findLatest(endpoint);
  const digits = given.replaceAll('-', '');
  if (!/^[0-9a-f]+(-[0-9a-f]*)*$/.test(given) || digits.length < MIN_DIGITS || digits.length >= 32) {
    throw new UsageError(
      `Expected the id of an execution, the first ${MIN_DIGITS} or more of its digits, or latest, got ${JSON.stringify(text)}.`,
    );
  }
  return await findByPrefix(endpoint, text, digits);
}

async function findLatest(endpoint: Endpoint): Promise<string> {
  const { executions } = await request(endpoint, Find, { first: 1 });
  const [latest] = executions.edges;
  if (!latest) throw new CommandError('There is no execution yet.');
  return latest.node.id;
}

async function findByPrefix(endpoint: Endpoint, text: string, digits: string): Promise<string> {
  const found: string[] = [];
  const filter = timesOf(digits);
  let after: string | null = null;
  for (let page = 0; filter !== null && found.length < 3; page++) {
    if (page === MAX_PAGES) throw new CommandError(`Expected more digits of the id than ${text}.`);
    const { executions }: FindExecutionsQuery = await request(endpoint, Find, { first: PAGE, after, filter });
    const ids = executions.edges.map(({ node }) => node.id);
    found.push(...ids.filter((id) => id.replaceAll('-', '').startsWith(digits)));
    after = executions.pageInfo.endCursor;
    if (!executions.pageInfo.hasNextPage || after === null) break;
  }
  const [only, another] = found;
  if (only === undefined) throw new CommandError(`There is no execution whose id begins with ${text}.`);
  if (another === undefined) return only;
  const some = `${found.slice(0, 3).join(', ')}${found.length > 3 ? ', …' : ''}`;
  throw new CommandError(`More than one id begins with ${text}: ${some}. Write more of it.`);
}

/** When executions with such ids were submitted; null when that lies in the future. */
function timesOf(digits: string): ExecutionFilter | null {
  const time = digits.slice(0, TIME_DIGITS);
  const first = Number.parseInt(time.padEnd(TIME_DIGITS, '0'), 16) - SLACK_MS;
  const last = Number.parseInt(time.padEnd(TIME_DIGITS, 'f'), 16) + SLACK_MS;
  const now = Date.now();
  if (first > now + SLACK_MS) return null;
  return {
    createdAfter: new Date(Math.max(0, first)).toISOString(),
    ...(last < now && { createdBefore: new Date(last).toISOString() }),
  };
}
