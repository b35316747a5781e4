/** How long a browser may take to begin saving, milliseconds. */
const SAVING_MS = 60_000;

/** Has the browser save it as a file of that name. */
export function save(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), SAVING_MS);
}
