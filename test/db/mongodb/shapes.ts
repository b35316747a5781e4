/** How a field is searched for: by one value, by several, by a range, by what it is not. */
export type Search = '=' | 'in' | 'range' | 'not';

/** What a query asks for, whatever the values. */
export interface Shape {
  readonly collection: string;
  readonly filter: { readonly [field: string]: Search };
  readonly sort?: { readonly [field: string]: 1 | -1 };
  /** The index it goes by; `_id` has one by itself. */
  readonly index: string;
  /** Fields that are checked, or sorted by, on what the index found, being few or most of it. */
  readonly checked?: readonly string[];
}

const executions = { collection: 'executions' } as const;
const sessions = { collection: 'sessions' } as const;
const output = { collection: 'output', index: '_id' } as const;
const payloads = { collection: 'payloads', index: '_id' } as const;
const filePieces = { collection: 'filePieces', index: '_id' } as const;

/** A caller's page of executions: each filter with the index that serves it best, the others checked. */
function lists(): Shape[] {
  const shapes: Shape[] = [];
  for (const statuses of [false, true])
    for (const language of [false, true])
      for (const label of [false, true])
        for (const time of [false, true]) {
          const index = label ? 'label' : language ? 'language' : statuses ? 'status' : 'caller';
          const checked = [
            ...(index === 'status' ? [] : ['status']),
            ...(language && index !== 'language' ? ['language'] : []),
            ...(time ? ['createdAt'] : []),
          ];
          shapes.push({
            ...executions,
            filter: {
              caller: '=',
              status: statuses ? 'in' : 'not',
              _id: 'range',
              ...(language && { language: '=' }),
              ...(label && { labels: '=' }),
              ...(time && { createdAt: 'range' }),
            },
            sort: { _id: -1 },
            index,
            checked,
          });
        }
  // What is queued in sessions, of which there is little.
  for (const shape of shapes.filter(({ filter }) => filter['status'] === 'in')) {
    const { index, ...filter } = { index: 'status', ...shape.filter };
    const checked = Object.keys(filter).filter((field) => field !== 'status');
    shapes.push({ ...shape, filter: { ...filter, status: 'range' }, index, checked });
  }
  return shapes;
}

/** Every query of the adapter. `test/mongo/queries.test.ts` sees to it that no other is sent. */
export const SHAPES: readonly Shape[] = [
  { ...executions, filter: { _id: '=' }, index: '_id' },
  { ...executions, filter: { _id: '=', status: 'not' }, index: '_id', checked: ['status'] },
  { ...executions, filter: { _id: '=', status: '=' }, index: '_id', checked: ['status'] },
  { ...executions, filter: { _id: '=', status: 'in' }, index: '_id', checked: ['status'] },
  { ...executions, filter: { _id: 'in', status: 'not' }, index: '_id', checked: ['status'] },
  { ...executions, filter: { _id: 'in' }, index: '_id' },
  {
    ...executions,
    filter: { _id: '=', status: 'in', epoch: '=' },
    index: '_id',
    checked: ['status', 'epoch'],
  },
  { ...executions, filter: { _id: '=', payload: '=' }, index: '_id', checked: ['payload'] },
  { ...executions, filter: { uniqueKey: '=', status: 'not' }, index: 'uniqueKey', checked: ['status'] },
  ...lists(),
  {
    ...executions,
    filter: { _id: 'range', status: 'not' },
    sort: { _id: 1 },
    index: '_id',
    checked: ['status'],
  },
  { ...executions, filter: { status: 'in' }, index: 'status' },
  { ...executions, filter: { status: '=' }, index: 'status' },
  { ...executions, filter: { status: '=', caller: '=', _id: 'range' }, index: 'status' },
  {
    ...executions,
    filter: { finishedAt: 'range', status: 'in' },
    sort: { finishedAt: 1 },
    index: 'finishedAt',
    checked: ['status'],
  },
  { ...executions, filter: { status: 'range' }, index: 'status' },
  { ...executions, filter: { status: '=', _id: 'range' }, index: 'status', checked: ['_id'] },
  {
    ...executions,
    filter: { sessionId: '=', _id: 'range', status: 'not' },
    sort: { _id: -1 },
    index: 'session',
    checked: ['status'],
  },
  {
    ...executions,
    filter: { _id: '=', status: 'not', epoch: '=' },
    index: '_id',
    checked: ['status', 'epoch'],
  },
  { ...sessions, filter: { _id: '=' }, index: '_id' },
  { ...sessions, filter: { _id: '=', status: 'in' }, index: '_id', checked: ['status'] },
  { ...sessions, filter: { _id: '=', status: 'in', epoch: '=' }, index: '_id', checked: ['status', 'epoch'] },
  { ...sessions, filter: { _id: 'in' }, index: '_id' },
  { ...sessions, filter: { _id: 'range' }, sort: { _id: 1 }, index: '_id' },
  { ...sessions, filter: { uniqueKey: '=' }, index: 'uniqueKey' },
  { ...sessions, filter: { caller: '=', _id: 'range' }, sort: { _id: -1 }, index: 'caller' },
  {
    ...sessions,
    filter: { caller: '=', _id: 'range', status: '=' },
    sort: { _id: -1 },
    index: 'caller',
    checked: ['status'],
  },
  { ...sessions, filter: { status: 'in' }, index: 'status' },
  { ...sessions, filter: { endedAt: 'range' }, sort: { endedAt: 1 }, index: 'endedAt' },
  { ...payloads, filter: { _id: '=' } },
  { ...payloads, filter: { _id: 'in' } },
  { ...payloads, filter: { _id: 'range' }, sort: { _id: 1 } },
  { ...output, filter: { _id: '=' } },
  { ...output, filter: { _id: 'in' } },
  { ...output, filter: { _id: 'range' } },
  { ...output, filter: { _id: 'range' }, sort: { _id: 1 } },
  { ...output, filter: { _id: 'range' }, sort: { _id: -1 } },
  { ...filePieces, filter: { _id: '=' } },
  { ...filePieces, filter: { _id: 'range' } },
  { collection: 'processes', filter: { _id: '=' }, index: '_id' },
  { collection: 'meta', filter: { _id: '=' }, index: '_id' },
];
