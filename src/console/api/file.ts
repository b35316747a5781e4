import { apiKey } from './key.ts';
import { RefusedError } from './request.ts';

const PICTURE = /^image\/(?:png|jpeg|gif|webp|avif|bmp|svg\+xml)(?:;|$)/;

/**
 * A file that an execution left, as it is on the server.
 * @param url a path on this server
 * @throws RefusedError; the reason of `signal`
 */
export async function fetchFile(url: string, signal: AbortSignal): Promise<Blob> {
  const key = apiKey.value;
  let response: Response;
  try {
    response = await fetch(url, {
      headers: key === null ? {} : { authorization: `Bearer ${key}` },
      signal,
    });
  } catch {
    signal.throwIfAborted();
    throw new RefusedError('UNAVAILABLE', 'The server does not answer.');
  }
  if (response.ok) return response.blob();
  throw new RefusedError('NO_FILE', `The server answered ${response.status}: is it kept no longer?`);
}

/** Whether browsers draw it in an image, where SVG runs no scripts and loads nothing. */
export function isPictureType(mediaType: string): boolean {
  return PICTURE.test(mediaType);
}
