import { expect, test } from 'vitest';
import { serveHttp } from '../../cli/support/http.ts';
import { ask } from '../../service/support/graphql.ts';
import { obstacles } from '../support/obstacles.ts';
import { consoleSuite } from '../support/suite.ts';

const suite = consoleSuite({ WARM: 'python=1,javascript=0' });

/** @param elsewhere an origin that the table tries to reach by every element that loads something */
const cellThatAsks = (elsewhere: string) => `import struct, zlib
class Table:
    def _repr_html_(self):
        return ("<script>top.document.title = 'run'</script><img src=x onerror=\\"top.document.title = 'run'\\">"
                "<img src='${elsewhere}/image'><link rel=stylesheet href='${elsewhere}/style'><link rel=prefetch href='${elsewhere}/prefetch'>"
                "<style>@import '${elsewhere}/import';</style><p style='background: url(${elsewhere}/background)'>"
                "<iframe src='${elsewhere}/frame'></iframe><object data='${elsewhere}/object'></object><video poster='${elsewhere}/poster'></video>"
                "<script src='${elsewhere}/script'></script><meta http-equiv=refresh content='0;url=${elsewhere}/refresh'>"
                "<table><tr><th>n</th><th>square</th></tr>" + "".join(f"<tr><td>{n}</td><td>{n * n}</td></tr>" for n in range(4)) + "</table>")
    def __repr__(self):
        return "a table, as text"
class Plot:
    def _repr_png_(self):
        rows = b"".join(b"\\0" + bytes(c for x in range(200) for c in (x, 255 - y * 2, 120)) for y in range(100))
        chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        header = struct.pack(">IIBBBBB", 200, 100, 8, 2, 0, 0, 0)
        return b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
print("before")
display(Table())
print("between")
display(Plot())
print("after")
6 * 7
`;

test('tables and plots stand in their place in the output, and nothing in them runs', async () => {
  await using elsewhere = await serveHttp((response) => response.end());
  const created = await ask<{ createSession: { session: { id: string } } }>(
    suite.url,
    'mutation { createSession(input: { language: "python" }) { ... on CreateSessionSuccess { session { id } } } }',
  );
  const input = {
    sessionId: created.createSession.session.id,
    context: 'main',
    code: cellThatAsks(elsewhere.url),
  };
  const submitted = await ask<{ execute: { execution: { id: string } } }>(
    suite.url,
    'mutation ($input: ExecuteInput!) { execute(input: $input) { ... on ExecuteSuccess { execution { id } } } }',
    { input },
  );
  const path = `/executions/${submitted.execute.execution.id}`;
  for (const [width, colorScheme] of [
    [1280, 'light'],
    [390, 'dark'],
  ] as const) {
    await using console = await suite.open({ path, width, colorScheme });
    await console.shows('the last line', (text) => /before[\s\S]*between[\s\S]*after\n42/.test(text));
    const plot = console.page.getByRole('img', { name: 'Displayed by the program' });
    await plot.waitFor();
    expect(await plot.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(200);
    const frame = console.page.locator('.displayed iframe');
    expect(await frame.getAttribute('sandbox')).toBe('');
    await frame.contentFrame().getByRole('cell', { name: '9', exact: true }).waitFor();
    const tops = await console.page
      .locator('.row, .displayed')
      .evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().top));
    expect(tops).toEqual([...tops].sort((a, b) => a - b));
    await console.photograph(`display-${width}-${colorScheme}`);
    expect(await obstacles(console.page)).toEqual([]);
    expect(await console.page.title()).toBe('Podline');
  }
  expect(elsewhere.requests).toBe(0);
  await fetch(elsewhere.url);
  expect(elsewhere.requests).toBe(1);
});
