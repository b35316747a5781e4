/** Where a part of what a chunk displays is downloaded: a path on this server. @param index of the part, from 0 */
export function displayUrl(executionId: string, seq: number, index: number): string {
  return `/result/${executionId}/displays/${seq}/${index}`;
}
