import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { tabs } from './tabs.ts';

/** What the worker is started with. */
export interface RenderInput {
  /** Path of GraphQL on this server. */
  readonly path: string;
  /** Over which transport subscriptions go. */
  readonly subscriptionsProtocol: 'WS' | 'SSE';
  /** Whether the page asks for an API key. */
  readonly withKeys: boolean;
}

/** The page, compressed, and what must come with it. */
export interface RenderedPage {
  readonly gzip: Uint8Array;
  readonly etag: string;
  readonly contentSecurityPolicy: string;
}

const TITLE = 'Podline';

/**
 * GraphiQL lets tabs be dragged and moves one to the far end as soon as it has the focus: the click that should open it
 * falls beside it. Its own style sheet holds them still only while they have no focus. The dialog is page-script.js's.
 */
const STYLE =
  '<style>.graphiql-tab{transform:none!important}dialog{margin:auto;padding:1.5rem;border:0;border-radius:.75rem;font:1rem system-ui}dialog p{margin:0 0 .5rem;color:#b00}</style>';

/** Nine megabytes of page are built in a worker, so that nothing of that size stays in the server's memory. */
parentPort?.postMessage(render(workerData));

function render({ path, subscriptionsProtocol, withKeys }: RenderInput): RenderedPage {
  const html = renderGraphiQL({
    title: TITLE,
    endpoint: path,
    subscriptionsProtocol,
    // Over SSE it would otherwise put program and variables into an address.
    method: 'POST',
    shouldPersistHeaders: false,
    defaultTabs: tabs.map((tab) => ({ ...tab })),
  });
  const script = `<script>${readFileSync(new URL('./page-script.js', import.meta.url), 'utf8')}</script>`;
  const key = withKeys ? '<meta name="podline-key">' : '';
  const page = html.replace('</head>', () => `${STYLE}${key}${script}</head>`);
  const gzip = gzipSync(page, { level: 6 });
  const etag = `"${createHash('sha256').update(gzip).digest('base64url')}"`;
  return { gzip, etag, contentSecurityPolicy: policyFor(page) };
}

/** Only this page's own scripts, talking to its own server; styles are inline, as the editor makes them while it runs. */
function policyFor(page: string): string {
  const scripts = inlineScripts(page).map(
    (script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
  return [
    "default-src 'none'",
    `script-src ${scripts.join(' ')}`,
    "style-src 'unsafe-inline'",
    'font-src data:',
    "img-src 'self' data:",
    "connect-src 'self'",
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** As a browser finds them: up to the next closing tag. */
function inlineScripts(page: string): string[] {
  const scripts: string[] = [];
  for (let at = page.indexOf('<script>'); at >= 0; ) {
    const end = page.indexOf('</script>', at);
    scripts.push(page.slice(at + '<script>'.length, end));
    at = page.indexOf('<script>', end);
  }
  return scripts;
}
