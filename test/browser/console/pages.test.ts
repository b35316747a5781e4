import { expect, test } from 'vitest';
import { openService } from '../../service/support/service.ts';
import { ConsolePage } from '../support/console.ts';
import { consoleSuite } from '../support/suite.ts';

const suite = consoleSuite({ WARM: 'python=0,javascript=1' });

const SUBMIT =
  'mutation ($input: ExecuteInput!) { execute(input: $input) { ... on ExecuteSuccess { execution { id } } } }';

/** Submits without a browser; resolves to the id. */
async function submit(code: string, labels: { name: string; value: string }[] = []): Promise<string> {
  const response = await fetch(`${suite.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: SUBMIT, variables: { input: { code, language: 'javascript', labels } } }),
  });
  return (await response.json()).data.execute.execution.id;
}

test('the list shows the newest first, its statuses live, by filters and pages', async () => {
  for (let count = 0; count < 26; count++)
    await submit('console.log(1)', [{ name: 'count', value: String(count) }]);
  await using console = await suite.open({ path: '/executions' });
  const rows = console.page.locator('tbody tr');
  await rows.first().waitFor();
  expect(await rows.count()).toBe(25);
  expect(await rows.first().textContent()).toContain('count=25');

  const running = await submit('await new Promise((resolve) => setTimeout(resolve, 600000));');
  const row = console.page.locator('tr', { has: console.page.locator(`a[href="/executions/${running}"]`) });
  await row.getByText('Running').waitFor();
  await console.page.getByRole('link', { name: 'Older' }).click();
  await rows.getByText('count=0', { exact: true }).waitFor();
  await console.page.goBack();
  await row.getByRole('link').click();
  await console.page.getByRole('button', { name: 'Cancel' }).click();
  await console.hasStatus(/Cancelled/);

  await console.page.getByRole('link', { name: 'Executions' }).click();
  await console.page.getByRole('combobox', { name: 'Status' }).selectOption('CANCELLED');
  await row.waitFor();
  await console.page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
  expect(console.page.url()).toContain('status=CANCELLED');
  await console.page.getByRole('textbox', { name: 'Label' }).fill('count=3');
  await console.page.keyboard.press('Enter');
  await console.page.getByText('There are none.').waitFor();
  await console.page.getByRole('combobox', { name: 'Status' }).selectOption('');
  await rows.getByText('count=3', { exact: true }).waitFor();
  await console.page.getByLabel('To', { exact: true }).fill('2001-01-01T00:00');
  await console.page.getByText('There are none.').waitFor();
  await console.page.getByRole('link', { name: 'All' }).click();
  await console.page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 25);
  expect(console.complaints).toEqual([]);
});

test('the server page tells health and languages', async () => {
  await using console = await suite.open({ path: '/server' });
  await console.page.getByRole('rowheader', { name: 'store' }).waitFor();
  const python = console.page.getByRole('row', { name: /^Python/ });
  expect(await python.getByRole('cell').nth(1).textContent()).toBe('30 0.1 to 3600');
  await console.page.getByRole('region', { name: 'Notes on Python' }).getByText('no threads').waitFor();
  await console.page.getByRole('region', { name: 'Notes on Every language' }).waitFor();
  await console.page.getByText('0 of 5 sessions of yours open').waitFor();
  expect(console.complaints).toEqual([]);
});

test('an execution is shown as GraphQL, curl and TypeScript', async () => {
  const id = await submit("console.log('shown')");
  await using console = await suite.open({ path: `/executions/${id}` });
  await console.page.getByRole('button', { name: 'As curl' }).click();
  const curl = console.page.getByRole('dialog', { name: 'As curl' });
  expect(await curl.textContent()).toContain(`curl -N ${suite.url}/result/${id}/stream`);
  // Submitted without an open stdin.
  expect(await curl.textContent()).not.toContain('/stdin');
  await console.page.keyboard.press('Escape');
  await curl.waitFor({ state: 'detached' });
  await console.page.getByRole('button', { name: 'As TypeScript' }).click();
  const typescript = console.page.getByRole('dialog', { name: 'As TypeScript' });
  expect(await typescript.textContent()).toContain(`const id = '${id}';`);
  await typescript.getByRole('button', { name: 'Copy' }).click();
  await typescript.getByRole('button', { name: 'Close' }).click();

  const [graphiql] = await Promise.all([
    console.context.waitForEvent('page'),
    console.page.getByRole('link', { name: 'As GraphQL' }).click(),
  ]);
  await graphiql.locator('.graphiql-query-editor .view-line', { hasText: 'subscription' }).first().waitFor();
  await graphiql.locator('.graphiql-execute-button').click();
  await graphiql.locator('.result-window .view-line', { hasText: 'shown' }).first().waitFor();
});

test('a key is asked for once, a wrong one is told, and it is forgotten when asked to', async () => {
  await using guarded = await openService({ API_KEYS: 'ada=key-of-ada', WARM: 'javascript=1,python=0' });
  await using console = await ConsolePage.open(suite.browser, guarded.url);
  const dialog = console.page.getByRole('dialog', { name: 'This server asks for a key' });
  await dialog.getByLabel('API key').fill('a wrong one');
  await console.photograph('key');
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await dialog.getByText('The server does not know this key.').waitFor();
  await dialog.getByLabel('API key').fill('key-of-ada');
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await dialog.waitFor({ state: 'detached' });
  await console.run("console.log('with a key')");
  await console.shows('its line', (text) => text.includes('with a key'));
  await console.page.reload();
  await console.shows('its line again', (text) => text.includes('with a key'));
  expect(await dialog.count()).toBe(0);
  await console.page.getByRole('button', { name: 'As curl' }).click();
  expect(await console.page.getByRole('dialog').textContent()).not.toContain('key-of-ada');
  await console.page.keyboard.press('Escape');
  await console.page.getByRole('button', { name: 'Forget key' }).click();
  await dialog.waitFor();
});
