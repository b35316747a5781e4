import { createHash } from 'node:crypto';

/** What a browser may load and do on the console's pages: our own files, talking to our own server, and nothing inline. */
export const CONTENT_SECURITY_POLICY = [
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
export interface ConsolePage {
  readonly html: string;
  readonly etag: string;
}

/** @param graphiqlPath where GraphiQL is; null when it is off */
export function consolePage(graphiqlPath: string | null): ConsolePage {
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
