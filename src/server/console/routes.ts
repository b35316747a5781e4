import { createHash } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Exchange } from '../http/exchange.ts';
import { isKnown, replyText } from '../http/reply.ts';
import type { Route } from '../http/router.ts';
import { type Asset, type Assets, type Bundle, loadAssets } from './assets.ts';

/** Addresses of the console beside `/`; which of them it is, its script reads from the address. */
const PAGES = ['/executions', '/executions/:id', '/sessions', '/sessions/:id', '/server'];
const TYPES: { readonly [name in keyof Bundle]: string } = {
  'app.js': 'text/javascript; charset=utf-8',
  'app.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};

/**
 * The console: its pages, and its files below `/console/`. `/` tells everybody but a browser what there is.
 * @param graphiqlPath where GraphiQL is; null when it is off
 */
export function consoleRoutes(graphiqlPath: string | null): Route[] {
  const page = consolePage(graphiqlPath);
  const files = new Files();
  const servePage = (exchange: Exchange): void => sendPage(exchange, page);
  const home = (exchange: Exchange): void => {
    if (exchange.request.headers.accept?.includes('text/html')) servePage(exchange);
    else replyText(exchange.response, 200, 'text/plain; charset=utf-8', INDEX);
  };
  return [
    { name: 'console', path: '/', access: 'open', methods: forReading(home) },
    ...PAGES.map(
      (path): Route => ({ name: 'console', path, access: 'open', methods: forReading(servePage) }),
    ),
    ...Object.entries(TYPES).map(
      ([name, type]): Route => ({
        name: 'console-file',
        path: `/console/${name}`,
        access: 'open',
        methods: forReading(async (exchange) => {
          const assets = await files.load();
          sendAsset(exchange, assets[name as keyof Assets], type);
        }),
      }),
    ),
  ];
}

const INDEX = `Podline runs programs and lets you watch them live. Open this address in a browser for the console.

GraphQL     /graphql (POST, WebSocket, SSE), GraphiQL /graphiql
REST        /execute /result/<id> /result/<id>/stream /cleanup/<id> /health
`;

/** Loaded when they are first asked for: few servers are ever asked, and the start is not to wait for it. */
class Files {
  #assets: Promise<Assets> | null = null;

  load(): Promise<Assets> {
    this.#assets ??= loadAssets().catch((error: unknown) => {
      // The next one to ask tries again.
      this.#assets = null;
      throw error;
    });
    return this.#assets;
  }
}

function forReading(handler: Route['methods'][string]): Route['methods'] {
  return { GET: handler, HEAD: handler };
}

function sendPage({ request, response }: Exchange, { html, etag }: ConsolePage): void {
  const headers = {
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'referrer-policy': 'no-referrer',
    'cache-control': 'private, no-cache',
    etag,
    vary: 'accept, origin',
  };
  if (isKnown(request, etag)) response.writeHead(304, headers).end();
  else replyText(response, 200, 'text/html; charset=utf-8', html, headers);
}

function sendAsset({ request, response }: Exchange, asset: Asset, type: string): void {
  const headers: OutgoingHttpHeaders = {
    'cache-control': 'private, no-cache',
    etag: asset.etag,
    vary: 'accept-encoding, origin',
  };
  if (isKnown(request, asset.etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  const encoding = acceptedEncoding(String(request.headers['accept-encoding']));
  const body = asset[encoding];
  response.writeHead(200, {
    ...headers,
    'content-type': type,
    'content-length': body.byteLength,
    ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
  });
  response.end(body);
}

function acceptedEncoding(accepted: string): 'br' | 'gzip' | 'identity' {
  if (/\bbr\b/.test(accepted)) return 'br';
  return /\bgzip\b/.test(accepted) ? 'gzip' : 'identity';
}

/** What a browser may load and do on the console's pages: our own files, talking to our own server, and nothing inline. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  // Of the frame for what programs display, which is sandboxed.
  'trusted-types sandboxed-frame',
].join('; ');

/** The page that every address of the console answers with; the script draws what the address asks for. */
interface ConsolePage {
  readonly html: string;
  readonly etag: string;
}

/** @param graphiqlPath where GraphiQL is; null when it is off */
function consolePage(graphiqlPath: string | null): ConsolePage {
  const html = `<!doctype html>
<html lang="en"${graphiqlPath === null ? '' : ` data-graphiql="${graphiqlPath}"`}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Podline</title>
<link rel="icon" href="/console/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/console/app.css">
<script type="module" src="/console/app.js"></script>
</head>
<body><div id="app"></div><noscript>The console needs JavaScript. GraphQL is at /graphql, REST at /execute.</noscript></body>
</html>
`;
  return { html, etag: `"${createHash('sha256').update(html).digest('base64url')}"` };
}
