import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Worker } from 'node:worker_threads';
import { createGunzip } from 'node:zlib';
import type { Exchange } from '../http/exchange.ts';
import type { RenderedPage, RenderInput } from './render.ts';

/**
 * GraphiQL as one page from our own files, nothing loaded from elsewhere. Built and compressed when it is first asked
 * for: few servers are ever asked, and the start is not to wait for it.
 */
export class Page {
  readonly #input: RenderInput;
  #page: Promise<RenderedPage> | null = null;
  #worker: Worker | null = null;

  /** @param options whether keys are configured, and the path of GraphQL */
  constructor({ withKeys, path }: { withKeys: boolean; path: string }) {
    // GraphiQL cannot say a key over a WebSocket: with keys its subscriptions go over SSE, where its headers count.
    this.#input = withKeys
      ? { path, subscriptionsProtocol: 'SSE', headers: JSON.stringify({ authorization: 'Bearer ' }, null, 2) }
      : { path, subscriptionsProtocol: 'WS', headers: null };
  }

  async serve({ request, response }: Exchange): Promise<void> {
    const { gzip, etag, contentSecurityPolicy } = await this.#render();
    const headers = {
      'content-security-policy': contentSecurityPolicy,
      'referrer-policy': 'no-referrer',
      // The same address answers GraphQL; the browser keeps the page and asks whether it is still the one.
      'cache-control': 'private, no-cache',
      etag,
      vary: 'accept, accept-encoding, origin',
    };
    if (request.headers['if-none-match']?.includes(etag)) {
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
      await pipeline(Readable.from([gzip]), createGunzip(), response);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
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
        worker.once('exit', (code) =>
          reject(new Error(`Expected the worker to render a page, got exit code ${code}.`)),
        );
      });
    } finally {
      this.#worker = null;
      await worker.terminate();
    }
  }
}
