import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { until } from '../../support/until.ts';

type Value = { stringValue?: string; boolValue?: boolean; intValue?: number };
type Attribute = { key: string; value: Value };

/** A span as it came, in the terms of OTLP's JSON. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly events?: readonly { name: string; timeUnixNano: string }[];
  readonly links?: readonly { traceId: string; spanId: string }[];
  readonly status: { code: number; message?: string };
}

interface Body {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

export interface Request {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Body;
}

/** A span with the process it came from. */
export type Collected = Span & { readonly instance: unknown };

/** Takes spans as OpenTelemetry's collector does, over HTTP in JSON. */
export class Collector implements AsyncDisposable {
  readonly requests: Request[] = [];
  /** What a request is answered with. */
  answer: (response: ServerResponse) => void = (response) => void response.end('{}');
  readonly #server = createServer((request, response) => {
    void json(request).then((body) => {
      // Checked by what the tests read of it.
      this.requests.push({ path: request.url ?? '', headers: request.headers, body: body as Body });
      response.setHeader('content-type', 'application/json');
      this.answer(response);
    });
  });

  static async open(): Promise<Collector> {
    const collector = new Collector();
    await new Promise<void>((resolve) => collector.#server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  get url(): string {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null)
      throw new Error(`Expected a port, got ${JSON.stringify(address)}.`);
    return `http://127.0.0.1:${address.port}`;
  }

  get spans(): Collected[] {
    return this.requests.flatMap(({ body }) =>
      body.resourceSpans.flatMap(({ resource, scopeSpans }) => {
        const instance = attributeOf(resource.attributes, 'service.instance.id');
        return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, instance })));
      }),
    );
  }

  /** The span of that name, once it is there. */
  async span(name: string): Promise<Collected> {
    const all = await until(
      () => this.spans,
      (spans) => spans.some((span) => span.name === name),
    );
    const found = all.find((span) => span.name === name);
    if (!found) throw new Error(`Expected a span ${name}, got ${all.map((span) => span.name).join(', ')}.`);
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** What an attribute holds; undefined when there is none of that name. */
export function attributeOf(
  attributes: readonly Attribute[],
  key: string,
): string | boolean | number | undefined {
  const value = attributes.find((attribute) => attribute.key === key)?.value;
  return value?.stringValue ?? value?.boolValue ?? value?.intValue;
}
