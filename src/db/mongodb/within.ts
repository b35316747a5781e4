import { StoreUnavailableError } from '../../executions/errors.ts';

/**
 * Gives up on work that has not settled after `mostMs`; it is not listened to any more.
 * @param givenUp called then
 * @throws StoreUnavailableError when it is too late, else what the work throws
 */
export async function answeredWithin<T>(
  mostMs: number,
  work: Promise<T>,
  givenUp: () => void = () => {},
): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new StoreUnavailableError('The database did not answer in time.'));
    givenUp();
  }, mostMs);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {});
  }
}
