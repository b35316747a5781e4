import { post } from '../client/http.ts';
import { cancelling } from '../client/operations.ts';
import type { Service } from './service.ts';

const AT_ONCE = 8;

/** Cancels executions, several at once. */
export async function cancelAll(service: Service, ids: readonly string[]): Promise<void> {
  const left = [...ids];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let id = left.pop(); id !== undefined; id = left.pop()) await post(service.url, cancelling(id));
    }),
  );
}
