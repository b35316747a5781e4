/** One server-sent event as a client sees it. */
export interface ReceivedEvent {
  readonly event: string;
  readonly id: string | null;
  readonly data: string;
}

/** Reads a text/event-stream by its specification, as far as our servers use it. */
export class EventReader {
  readonly #reader: ReadableStreamDefaultReader<string>;
  #buffer = '';
  /** Comments seen so far. */
  comments = 0;
  lastComment = '';

  constructor(response: Response) {
    if (!response.body) throw new Error('Expected a body, got none.');
    const decoder = new TextDecoderStream();
    void response.body.pipeTo(decoder.writable).catch(() => {});
    this.#reader = decoder.readable.getReader();
  }

  /** The next event; null when the stream was ended. Rejects when it was cut. */
  async next(): Promise<ReceivedEvent | null> {
    for (;;) {
      const end = this.#buffer.indexOf('\n\n');
      if (end >= 0) {
        const block = this.#buffer.slice(0, end);
        this.#buffer = this.#buffer.slice(end + 2);
        const event = parse(block);
        if (event) return event;
        this.comments++;
        this.lastComment = block;
        continue;
      }
      const { done, value } = await this.#reader.read();
      if (done) return null;
      this.#buffer += value;
    }
  }

  /** All events up to the end of the stream. */
  async rest(): Promise<ReceivedEvent[]> {
    const events: ReceivedEvent[] = [];
    for (let event = await this.next(); event; event = await this.next()) events.push(event);
    return events;
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel();
  }
}

function parse(block: string): ReceivedEvent | null {
  const fields = block.split('\n').map((line) => {
    const colon = line.indexOf(':');
    return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
  });
  const of = (name: string): string[] =>
    fields.flatMap(([field, value]) => (field === name ? [value ?? ''] : []));
  if (of('data').length === 0) return null;
  return { event: of('event').at(-1) ?? 'message', id: of('id').at(-1) ?? null, data: of('data').join('\n') };
}
