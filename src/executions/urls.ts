/** Where a file is downloaded: a path on the server, which `pathFromUrl` reads. */
export function fileUrl(executionId: string, path: string): string {
  return `/result/${executionId}/files/${path.split('/').map(encodeName).join('/')}`;
}

/** A path as its parts stand in a URL. Null for one that is not encoded as URLs are. */
export function pathFromUrl(encoded: string): string | null {
  try {
    return encoded.split('/').map(decodeURIComponent).join('/');
  } catch {
    return null;
  }
}

/** Also what a browser or a shell would take for something else. */
function encodeName(name: string): string {
  return encodeURIComponent(name).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
}

/** Where a part of what a chunk displays is downloaded: a path on this server. @param index of the part, from 0 */
export function displayUrl(executionId: string, seq: number, index: number): string {
  return `/result/${executionId}/displays/${seq}/${index}`;
}
