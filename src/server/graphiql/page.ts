import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Worker } from 'node:worker_threads';
import { createGunzip } from 'node:zlib';
import type { Exchange } from '../http/exchange.ts';
import { HttpError } from '../http/http-error.ts';
import { isKnown } from '../http/reply.ts';
import type { Route } from '../http/router.ts';
import type { RenderedPage, RenderInput } from './render.ts';

/**
 * GraphiQL as one page from our own files, nothing loaded from elsewhere. Built and compressed when it is first asked
 * for: few servers are ever asked, and the start is not to wait for it.
 */
export class Page {
  readonly #input: RenderInput;
  #page: Promise<RenderedPage> | null = null;
  #worker: Worker | null = null;
  #isClosed = false;

  /** @param options whether keys are configured, and the path of GraphQL */
  constructor({ withKeys, path }: { withKeys: boolean; path: string }) {
    // GraphiQL cannot say a key over a WebSocket: with keys its subscriptions go over SSE, where its headers count.
    this.#input = { path, subscriptionsProtocol: withKeys ? 'SSE' : 'WS', withKeys };
  }

  async serve({ request, response }: Exchange): Promise<void> {
    const { gzip, etag, contentSecurityPolicy } = await this.#render();
    const headers = {
      'content-security-policy': contentSecurityPolicy,
      'referrer-policy': 'no-referrer',
      // The browser keeps the page and asks whether it is still the one.
      'cache-control': 'private, no-cache',
      etag,
      vary: 'accept-encoding, origin',
    };
    if (isKnown(request, etag)) {
      response.writeHead(304, headers).end();
      return;
    }
    const type = { 'content-type': 'text/html; charset=utf-8' };
    if (/\bgzip\b/.test(String(request.headers['accept-encoding']))) {
      response.writeHead(200, {
        ...headers,
        ...type,
        'content-encoding': 'gzip',
        'content-length': gzip.byteLength,
      });
      response.end(gzip);
    } else {
      response.writeHead(200, { ...headers, ...type });
      // A browser that leaves in the middle is no failure of ours: the edge knows such errors.
      await pipeline(Readable.from([gzip]), createGunzip(), response);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#worker?.terminate();
  }

  #render(): Promise<RenderedPage> {
    this.#page ??= this.#runWorker().catch((error: unknown) => {
      // The next one to ask tries again.
      this.#page = null;
      throw error;
    });
    return this.#page;
  }

  async #runWorker(): Promise<RenderedPage> {
    const worker = new Worker(new URL('./render.ts', import.meta.url), { workerData: this.#input });
    this.#worker = worker;
    try {
      return await new Promise<RenderedPage>((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
        worker.once('exit', (code) => reject(this.#isClosed ? closing() : new Error(exited(code))));
      });
    } finally {
      this.#worker = null;
      await worker.terminate();
    }
  }
}

/** Whoever asked while it was closed is gone, or about to be cut. */
function closing(): HttpError {
  return new HttpError(503, 'UNAVAILABLE', 'The server is closing.', { 'retry-after': '1' });
}

function exited(code: number): string {
  return `Expected the worker to render a page, got exit code ${code}.`;
}

/** The path of GraphiQL. */
export const GRAPHIQL_PATH = '/graphiql';

/** @param page null when GraphiQL is off */
export function graphiqlRoute(page: Page | null): Route {
  return {
    name: 'graphiql',
    path: GRAPHIQL_PATH,
    access: 'open',
    methods: {
      GET: (exchange) => {
        if (page === null)
          throw new HttpError(404, 'NOT_FOUND', 'GraphiQL is off on this server. GraphQL is at /graphql.');
        return page.serve(exchange);
      },
    },
  };
}
