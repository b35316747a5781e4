import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { until } from '../../service/support/until.ts';

const SCREENSHOTS = fileURLToPath(new URL('../../../test-output/', import.meta.url));

export interface ConsoleOptions {
  readonly path?: string;
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
}

/** The console in a browser of its own, used as a person does. */
export class ConsolePage implements AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Every URL that was asked for, WebSockets included. */
  readonly requested: string[] = [];
  /** What the page complained about: errors, and what its policy refused. */
  readonly complaints: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    page.on('request', (request) => this.requested.push(request.url()));
    page.on('websocket', (socket) => this.requested.push(socket.url()));
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      const isOurs = message.type() === 'error' && !message.text().startsWith('Failed to load resource');
      if (isOurs && !/WebSocket connection/.test(message.text())) this.complaints.push(message.text());
    });
  }

  static async open(browser: Browser, url: string, options: ConsoleOptions = {}): Promise<ConsolePage> {
    const { path = '/', width = 1280, height = 800, colorScheme = 'light' } = options;
    const context = await browser.newContext({ viewport: { width, height }, colorScheme });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const opened = new ConsolePage(context, await context.newPage());
    await opened.page.goto(url + path);
    await opened.page.getByRole('navigation', { name: 'Pages', exact: true }).waitFor();
    return opened;
  }

  get editor(): Locator {
    return this.page.getByRole('textbox', { name: 'Program', exact: true });
  }

  get status(): Locator {
    return this.page.locator('.run-head .status-bar');
  }

  /** Chooses the language and pastes the program over what stands in the editor. */
  async write(code: string, language = 'javascript'): Promise<void> {
    await this.page.getByRole('combobox', { name: 'Language' }).selectOption(language);
    await this.page.evaluate((text) => navigator.clipboard.writeText(text), code);
    await this.editor.click();
    await this.page.keyboard.press('ControlOrMeta+A');
    await this.page.keyboard.press('ControlOrMeta+V');
  }

  /** Writes and runs a program; resolves to the id in the address. */
  async run(code: string, language?: string): Promise<string> {
    await this.write(code, language);
    return this.submit(() => this.page.getByRole('button', { name: 'Run', exact: true }).click());
  }

  /** Does what submits a program; resolves to the id in the address once it is another one, and its status is shown. */
  async submit(press: () => Promise<void>): Promise<string> {
    const before = this.id;
    await press();
    return until(
      'the address names the execution',
      async () => this.id,
      (id) => id !== '' && id !== before,
    );
  }

  /** The id in the address; empty when there is none. */
  get id(): string {
    return /\/executions\/([\w-]+)$/.exec(this.page.url())?.[1] ?? '';
  }

  /** The rows of the output that are drawn, as they stand on the page. */
  async rows(): Promise<string[]> {
    return this.page
      .locator('.terminal .row')
      .evaluateAll((rows) => rows.map((row) => row.textContent ?? ''));
  }

  /** Waits until the drawn output is so. */
  async shows(what: string, isSo: (text: string) => boolean): Promise<string> {
    return until(`the output shows ${what}`, async () => (await this.rows()).join('\n'), isSo);
  }

  /** Waits until status and reason match. */
  async hasStatus(pattern: RegExp): Promise<void> {
    await until(
      `the status is ${pattern}`,
      () => this.statusText(),
      (text) => pattern.test(text),
    );
  }

  async statusText(): Promise<string> {
    return (await this.status.textContent()) ?? '';
  }

  /** A picture of the page as it is, in test-output/. */
  async photograph(name: string): Promise<void> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: join(SCREENSHOTS, `console-${name}.png`) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
  }
}
