import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { openService, type TestService } from '../../service/support/service.ts';
import type { Settings } from '../../service/support/settings.ts';
import { launchChromium } from './chromium.ts';
import { type ConsoleOptions, ConsolePage } from './console.ts';

/** A service and a browser for all tests of a file. */
export interface ConsoleSuite {
  readonly browser: Browser;
  /** Of the service. */
  readonly url: string;
  /** The console of this service, in a browser context of its own. */
  open(options?: ConsoleOptions): Promise<ConsolePage>;
}

/** Opens a service with these settings and a browser before the file's tests, and closes both after them. */
export function consoleSuite(settings: Settings): ConsoleSuite {
  let browser: Browser | undefined;
  let service: TestService | undefined;
  beforeAll(async () => {
    browser = await launchChromium();
    service = await openService(settings);
  });
  afterAll(async () => {
    await browser?.close();
    await service?.[Symbol.asyncDispose]();
  });
  const opened = <T>(thing: T | undefined): T => {
    if (thing === undefined) throw new Error('Expected a test to ask for it, after the file was set up.');
    return thing;
  };
  return {
    get browser() {
      return opened(browser);
    },
    get url() {
      return opened(service).url;
    },
    open: (options) => ConsolePage.open(opened(browser), opened(service).url, options),
  };
}
