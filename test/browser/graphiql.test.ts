import { expect, test } from 'vitest';
import { cancel } from '../service/support/executions.ts';
import { openService } from '../service/support/service.ts';
import { GraphiQL } from './support/graphiql.ts';
import { consoleSuite } from './support/suite.ts';

const suite = consoleSuite({ WARM: 'python=1,javascript=1' });

/** Prints three lines a second apart, then stays, so that whatever is seen was seen while it ran. */
const PROGRAM =
  'const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms)); ' +
  "for (let line = 1; line <= 3; line++) { console.log('typed line ' + line); await pause(1000); } " +
  'await pause(600000);';
const TYPED =
  `mutation Typed { execute(input: { language: "javascript", code: "${PROGRAM}" }) ` +
  '{ ... on ExecuteSuccess { execution { id status } } ... on UserError { message } } }';
const ID = /"id": "[0-9a-f-]{36}"/;

function idIn(result: string): string {
  return /"id": "([0-9a-f-]{36})"/.exec(result)?.[1] ?? '';
}

function expectOnlyOurServer(page: GraphiQL, url: string): void {
  const { host } = new URL(url);
  const elsewhere = page.requested.filter(
    (requested) => !/^(blob:|data:)/.test(requested) && new URL(requested).host !== host,
  );
  expect(elsewhere).toEqual([]);
  expect(page.requested.length).toBeGreaterThan(2);
  expect(page.complaints).toEqual([]);
}

test('a program is typed, run, and its lines are seen arriving while it runs', async () => {
  await using page = await GraphiQL.open(suite.browser, suite.url);
  await page.typeQuery(TYPED);
  const id = idIn(await page.play(ID));
  await page.photograph('graphiql-1-submitted');

  await page.openTab('Watch');
  await page.play(/typed line/);
  const seen = new Set<string>();
  await page.shows((text) => {
    const newest = [...text.matchAll(/typed line \d/g)].at(-1)?.[0];
    if (newest && /"ended": false/.test(text) && /"status": "RUNNING"/.test(text)) seen.add(newest);
    return seen.has('typed line 3');
  });
  // Each was in sight before the next was printed; a machine that stalls for a second may miss one.
  expect(seen.size).toBeGreaterThan(1);
  // The pane shows the newest event, and with it the lines before.
  expect(await page.result()).toMatch(/typed line 1".*typed line 2".*typed line 3"/s);
  await page.photograph('graphiql-2-running');
  await cancel(suite.url, id);
  await page.shows((text) => /"ended": true/.test(text) && /"status": "CANCELLED"/.test(text));
  await page.photograph('graphiql-3-ended');
  expectOnlyOurServer(page, suite.url);
});

test('every tab does something at once', async () => {
  await using page = await GraphiQL.open(suite.browser, suite.url);
  expect(await page.tabs()).toEqual([
    'Run',
    'Watch',
    'Cancel',
    'Submit',
    'List',
    'Health',
    'Session',
    'Cell',
  ]);

  await page.photograph('graphiql-0-opened');
  await page.openTab('Submit');
  const hello = idIn(await page.play(ID, /"status": "(QUEUED|STARTING|RUNNING)"/));
  await page.openTab('Watch');
  await page.play(/"Hello, Ada/, /"status": "SUCCEEDED"/);
  await page.openTab('Run');
  const id = idIn(await page.play(ID, /"status": "(QUEUED|STARTING|RUNNING)"/));
  expect(id).not.toBe(hello);

  await page.openTab('Watch');
  await page.play(/"text": "line 1\\n"/, /"status": "RUNNING"/);
  // The last id is kept over a reload.
  await page.reload();
  await page.openTab('Watch');
  await page.play(/"text": "line 1\\n"/);

  await page.openTab('List');
  expect(await page.play(/"output": /)).toContain(id);
  await page.photograph('graphiql-4-list');

  await page.openTab('Health');
  await page.play(/"status": "HEALTHY"/, /"running": [1-9]/);
  await page.photograph('graphiql-5-health');
  await page.openTab('Cancel');
  expect(await page.play(/"CancelSuccess|"status": "(RUNNING|CANCELLED)"/)).toContain(id);

  await page.openTab('Session');
  await page.play(ID, /"status": "(STARTING|IDLE)"/);
  for (const count of [1, 2]) {
    await page.openTab('Cell');
    await page.play(ID);
    await page.openTab('Watch');
    await page.play(new RegExp(`run ${count} times`));
  }
  expectOnlyOurServer(page, suite.url);
});

test('with keys: asks for one, until it is right, and then runs and watches in every tab', async () => {
  await using guarded = await openService({ API_KEYS: 'ada=key-of-ada', WARM: 'javascript=1,python=0' });
  await using page = await GraphiQL.open(suite.browser, guarded.url);
  await page.photograph('graphiql-6-asks-for-key');
  expect(await page.giveKey('key-of-eve')).toBe('The server does not know this key.');
  expect(await page.giveKey('key-of-ada')).toBe('');
  await page.typeQuery(TYPED);
  const id = idIn(await page.play(ID));
  // It counts in every tab, and after a reload.
  await page.openTab('Watch');
  await page.play(/typed line 1/, /"status": "RUNNING"/);
  await page.reload();
  await page.openTab('List');
  await page.play(new RegExp(id));
  await page.openTab('Watch');
  await page.play(/typed line 1/, /"status": "RUNNING"/);
  await page.photograph('graphiql-7-with-key');
  await cancel(guarded.url, id, { authorization: 'Bearer key-of-ada' });
  await page.shows((text) => /"ended": true/.test(text));
  expectOnlyOurServer(page, guarded.url);
});
