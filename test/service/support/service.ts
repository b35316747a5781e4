import { openApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/config.ts';
import { makeDataDir } from './data-dir.ts';
import { SETTINGS, type Settings } from './settings.ts';

export interface TestService extends AsyncDisposable {
  readonly url: string;
}

/** The whole service in this process, on a free port, with records in a directory that goes with it. */
export async function openService(settings: Settings = {}): Promise<TestService> {
  const dataDir = await makeDataDir();
  const app = await openApp(readConfig({ ...SETTINGS, DATA_DIR: dataDir.path, ...settings }));
  return {
    url: app.url,
    async [Symbol.asyncDispose]() {
      await app.close();
      await dataDir[Symbol.asyncDispose]();
    },
  };
}
