import type { Locator } from 'playwright-core';
import { submit } from '../../service/support/executions.ts';
import { ask } from '../../service/support/graphql.ts';
import { until } from '../../service/support/until.ts';
import type { ConsoleOptions, ConsolePage } from './console.ts';
import type { ConsoleSuite } from './suite.ts';

type Headers = Record<string, string>;

/** Makes a session without a browser; resolves to its id. */
export async function newSession(
  url: string,
  input: Record<string, unknown> = {},
  headers?: Headers,
): Promise<string> {
  const query = `mutation ($input: CreateSessionInput!) { createSession(input: $input) {
    ... on CreateSessionSuccess { session { id } } ... on UserError { message } } }`;
  const { createSession } = await ask<{ createSession: { session?: { id: string }; message?: string } }>(
    url,
    query,
    // Cells that tick are still there when a busy machine comes to them.
    { input: { limits: { timeoutMs: 600_000 }, ...input } },
    headers,
  );
  if (!createSession.session) throw new Error(`Expected a session, got ${JSON.stringify(createSession)}.`);
  return createSession.session.id;
}

/** Submits a cell without a browser; resolves to the id of its execution. */
export function submitCell(
  url: string,
  sessionId: string,
  code: string,
  context: string | null = 'main',
): Promise<string> {
  return submit(url, { code, sessionId, context });
}

/** A session in the console, used as a person does. */
export class NotebookPage {
  readonly console: ConsolePage;

  constructor(console: ConsolePage) {
    this.console = console;
  }

  /** Where the next cell is written. */
  get editor(): Locator {
    return this.console.page.getByRole('textbox', { name: 'New cell', exact: true });
  }

  get cells(): Locator {
    return this.console.page.locator('article.cell');
  }

  get head(): Locator {
    return this.console.page.getByRole('region', { name: 'Session', exact: true });
  }

  /** Pastes the code over what stands in the new cell, and runs it by the keyboard. */
  async run(code: string, key = 'Shift+Enter'): Promise<void> {
    await this.write(code);
    await this.console.page.keyboard.press(key);
    await until(
      'the new cell is empty again',
      () => this.editor.textContent(),
      (text) => text === 'Paste or write a program' || text === '',
    );
  }

  async write(code: string): Promise<void> {
    const { page } = this.console;
    await page.evaluate((text) => navigator.clipboard.writeText(text), code);
    await this.editor.click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.press('ControlOrMeta+V');
  }

  /** What the cell, the first one is 0, shows of its output. */
  async output(index: number): Promise<string> {
    const rows = this.cells.nth(index).locator('.terminal .row');
    return (await rows.evaluateAll((all) => all.map((row) => row.textContent ?? ''))).join('\n');
  }

  /** Brings a cell into sight, where alone its output is read, and waits until that is so. */
  async shows(index: number, what: string, isSo: (text: string) => boolean): Promise<string> {
    const cell = this.cells.nth(index);
    await cell.waitFor();
    return until(
      `cell ${index} shows ${what}`,
      async () => {
        await cell.scrollIntoViewIfNeeded();
        return this.output(index);
      },
      isSo,
    );
  }

  /** Waits until what stands at the head of a cell matches: its count, context, status and reason. */
  async says(index: number, pattern: RegExp): Promise<void> {
    const parts = this.cells.nth(index).locator('.count, .status-bar > *');
    await until(
      `cell ${index} says ${pattern}`,
      async () => (await parts.allTextContents()).join(' '),
      (text) => pattern.test(text),
    );
  }

  button(index: number, name: string): Locator {
    return this.cells.nth(index).getByRole('button', { name, exact: true });
  }
}

/** A cell that displays a picture and a table that tries to run scripts, between lines of text. */
export const PICTURE = `import struct, zlib
class Plot:
    def _repr_png_(self):
        rows = b"".join(b"\\0" + bytes(c for x in range(200) for c in (x, 255 - y * 2, 120)) for y in range(100))
        chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        header = struct.pack(">IIBBBBB", 200, 100, 8, 2, 0, 0, 0)
        return b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
class Table:
    def _repr_html_(self):
        return ("<script>top.document.title = 'run'</script><img src=x onerror=\\"top.document.title = 'run'\\">"
                "<table><tr><th>n</th><th>square</th></tr>" + "".join(f"<tr><td>{n}</td><td>{n * n}</td></tr>" for n in range(4)) + "</table>")
print("before")
display(Plot(), Table())
print("\\x1b[31mred\\x1b[0m <b>after</b>")
`;
/** Prints a number ten times a second until it is interrupted. */
export const TICKER = `import time
tick = 0
try:
    while True:
        tick += 1
        print("tick", tick)
        time.sleep(0.1)
except KeyboardInterrupt:
    print("stopped")
`;

/** The numbers of the ticker's lines. */
export function ticks(text: string): number[] {
  return [...text.matchAll(/tick (\d+)/g)].map(([, tick]) => Number(tick));
}

/** A session of its own, looked at in the console of a suite. */
export async function openNotebook(
  suite: ConsoleSuite,
  input: Record<string, unknown> = {},
  options: ConsoleOptions = {},
) {
  const id = await newSession(suite.url, input);
  const console = await suite.open({ path: `/sessions/${id}`, ...options });
  return Object.assign(new NotebookPage(console), {
    id,
    [Symbol.asyncDispose]: () => console.context.close(),
  });
}
