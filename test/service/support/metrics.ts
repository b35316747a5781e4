/** The metrics of a server that have no labels, by name. */
export async function readMetrics(url: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return new Map(
    text
      .split('\n')
      .filter((line) => /^\w+ \S+$/.test(line))
      .map((line) => [line.slice(0, line.indexOf(' ')), Number(line.slice(line.indexOf(' ') + 1))]),
  );
}

/** What watchers hold of a server: followed outputs, WebSockets, SSE streams. */
export async function watchers(url: string): Promise<{ viewers: number; sockets: number; streams: number }> {
  const metrics = await readMetrics(url);
  const of = (name: string): number => metrics.get(name) ?? Number.NaN;
  return {
    viewers: of('podline_viewers'),
    sockets: of('podline_websockets'),
    streams: of('podline_event_streams'),
  };
}
