import { afterEach, beforeEach, describe } from 'vitest';
import type { Store } from '../../src/executions/store.ts';
import { describeChunks } from './store/chunks.ts';
import { describeClosing } from './store/closing.ts';
import { describeCompareAndSet } from './store/compare-and-set.ts';
import { describeConcurrency } from './store/concurrency.ts';
import { describeCreation } from './store/creation.ts';
import { describeExpiry } from './store/expiry.ts';
import { describeFiles } from './store/files.ts';
import { describeFilters } from './store/filters.ts';
import { describeListing } from './store/listing.ts';
import { describePayloads } from './store/payloads.ts';
import { describeQueues } from './store/queues.ts';
import { describeRoundTrips } from './store/round-trips.ts';
import { describeScanning } from './store/scanning.ts';
import { describeSessions } from './store/sessions.ts';
import { describeSharing } from './store/sharing.ts';
import { describeStdin } from './store/stdin.ts';

/**
 * What every adapter of `Store` must do. `open` gives a store that is empty and that nobody else uses; the suite closes
 * it after each test.
 *
 * Adapters may differ, and nothing here depends on it, in what becomes of chunks of an execution that does not exist
 * (SQLite drops them, a database without joins may keep them until they are removed), and in whether one operation on
 * several executions (`appendChunks`, `tombstoneExpired`) is atomic over all of them.
 */
export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(`store: ${name}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(async () => {
      await store[Symbol.asyncDispose]();
    });

    for (const describeTheme of THEMES) describeTheme(() => store);
  });
}

/** One theme of the suite; the store is another one for each test. */
export type Theme = (store: () => Store) => void;

const THEMES: readonly Theme[] = [
  describeCreation,
  describeRoundTrips,
  describeCompareAndSet,
  describeListing,
  describeScanning,
  describeFilters,
  describeQueues,
  describePayloads,
  describeStdin,
  describeSessions,
  describeChunks,
  describeFiles,
  describeExpiry,
  describeConcurrency,
  describeSharing,
  describeClosing,
];
