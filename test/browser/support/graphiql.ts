import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { until } from '../../service/support/until.ts';

const SCREENSHOTS = fileURLToPath(new URL('../../../test-output/', import.meta.url));
/** Large enough that the editor shows a whole result: it draws only what is in sight. */
const WINDOW = { width: 1400, height: 1000 };

/** GraphiQL in a browser window, used as a person does. */
export class GraphiQL implements AsyncDisposable {
  readonly #page: Page;
  /** Every URL the page asked for, WebSockets included. */
  readonly requested: readonly string[];
  /** What the page complained about. */
  readonly complaints: readonly string[];

  private constructor(page: Page, requested: readonly string[], complaints: readonly string[]) {
    this.#page = page;
    this.requested = requested;
    this.complaints = complaints;
  }

  /** Opens the server's endpoint and waits for the page that it leads to. */
  static async open(browser: Browser, url: string): Promise<GraphiQL> {
    const page = await browser.newPage({ viewport: WINDOW });
    const [requested, complaints]: [string[], string[]] = [[], []];
    page.on('request', (request) => requested.push(request.url()));
    page.on('websocket', (socket) => requested.push(socket.url()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(`${url}/graphql`);
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
    return new GraphiQL(page, requested, complaints);
  }

  async reload(): Promise<void> {
    await this.#page.reload();
    await this.#page.locator('.graphiql-query-editor .view-line').first().waitFor();
  }

  /** The names on the tabs. */
  async tabs(): Promise<string[]> {
    return this.#page.locator('.graphiql-tab-button').allTextContents();
  }

  async openTab(name: string): Promise<void> {
    await this.#page.locator('.graphiql-tab-button', { hasText: name }).click();
    await this.#page.locator('.graphiql-tab-active', { hasText: name }).waitFor();
  }

  /**
   * Types `text` in the place of what stands in the query editor, key by key. One line: the editor closes brackets by
   * itself, and takes them as typed only where they stand next.
   */
  async typeQuery(text: string): Promise<void> {
    await this.#type('.graphiql-query-editor', text);
  }

  /** Answers the question for the API key; resolves once it is asked no more, or with what is said against the key. */
  async giveKey(key: string): Promise<string | null> {
    const input = this.#page.getByLabel('API key');
    const before = await input.elementHandle();
    await input.fill(key);
    await input.press('Enter');
    await before?.waitForElementState('hidden');
    await this.#page.waitForLoadState('networkidle');
    return (await input.count()) === 0 ? '' : this.#page.locator('dialog p').textContent();
  }

  /** Presses Play and waits until the result pane shows all of these. */
  async play(...patterns: readonly RegExp[]): Promise<string> {
    const button = this.#page.locator('.graphiql-execute-button');
    await button.click();
    return until(
      `the result shows ${patterns.join(' and ')}`,
      async () => {
        const text = await this.result();
        // GraphiQL reads a tab's query a moment after the tab was opened, and until then looks for the former one's.
        if (text.includes('Cannot infer operation')) await button.click();
        return text;
      },
      (text) => patterns.every((pattern) => pattern.test(text)),
    );
  }

  /** What the result pane shows. */
  async result(): Promise<string> {
    const lines = await this.#page.locator('.result-window .view-line').evaluateAll((elements) =>
      elements
        .map((element) => ({ top: parseInt(element.style.top, 10), text: element.textContent ?? '' }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text),
    );
    // The editor draws spaces as no-break spaces.
    return lines.join('\n').replaceAll('\u00a0', ' ');
  }

  /** Waits until the result pane shows something that is so. */
  async shows(isSo: (text: string) => boolean): Promise<void> {
    await until('the result pane shows it', () => this.result(), isSo);
  }

  /** A picture of the page as it is, in test-output/. */
  async photograph(name: string): Promise<void> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await this.#page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#page.close();
  }

  async #type(editor: string, text: string): Promise<void> {
    await this.#page.locator(`${editor} .view-lines`).first().click();
    await this.#page.keyboard.press('ControlOrMeta+A');
    await this.#page.keyboard.press('Delete');
    await this.#page.keyboard.type(text);
    // Back to where a long line begins.
    await this.#page.keyboard.press('Home');
  }
}
