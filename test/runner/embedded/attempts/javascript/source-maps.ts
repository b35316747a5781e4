/** JavaScript that attempts begin with: maps that say that a line comes from somewhere else, and what is quoted then. */
export const SOURCE_MAPS = `
  const vlq = (number) => {
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    let rest = number * 2;
    let text = '';
    do {
      const low = rest % 32;
      rest = Math.floor(rest / 32);
      text += digits[rest > 0 ? low + 32 : low];
    } while (rest > 0);
    return text;
  };
  const mapOf = (file, { line = 0, ...more } = {}) =>
    ({ version: 3, sources: ['file://' + file], names: [], mappings: 'AA' + vlq(line) + 'A', ...more });
  const inline = (map) => '\\n//# sourceMappingURL=data:application/json;base64,' + btoa(JSON.stringify(map));
  const dataUrl = (source, type = 'text/javascript') => 'data:' + type + ',' + encodeURIComponent(source);
  const blobUrl = (source, type = 'text/javascript') => URL.createObjectURL(new Blob([source], { type }));
  const MADE = 'export default new Error("made")';
  const errorOf = async (url) => (await import(url)).default;
  const quoteOf = (error) => {
    const quote = Deno[Deno.internal]?.core.destructureError(error).sourceLine;
    if (quote === undefined || quote === null || quote.includes('Error(') || quote.includes('quoteOf')) throw new Error('Nothing was quoted');
    return quote;
  };
  const inWorker = (source, url = dataUrl(source)) => {
    const worker = new Worker(url, { type: 'module' });
    return new Promise((resolve, reject) => {
      worker.onmessage = (event) => resolve(event.data);
      worker.onerror = (event) => { event.preventDefault(); reject(new Error(event.message)); };
    }).finally(() => worker.terminate());
  };
  const throwInWorker = (source, url) =>
    inWorker(source, url).then(() => { throw new Error('The Worker threw nothing'); }, () => { throw new Error('Whatever that printed is seen from outside'); });
`;
