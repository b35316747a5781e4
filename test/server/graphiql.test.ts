import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { buildSchema, parse, printSchema, validate } from 'graphql';
import { afterEach, expect, test } from 'vitest';
import { buildSchema as buildOurSchema } from '../../src/schema/schema.ts';
import { tabs } from '../../src/server/graphiql/tabs.ts';
import { Service } from './support/service.ts';

let service: Service;
afterEach(() => service?.[Symbol.asyncDispose]());

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

test('/graphql leads a browser to a page that needs nothing from elsewhere', async () => {
  service = await Service.open();
  const led = await service.get('/graphql?query=query%20%7B%20a%20%7D', HTML);
  expect(led.status).toBe(302);
  expect(led.headers.get('location')).toBe('/graphiql?query=query+%7B+a+%7D');
  const answer = await service.get('/graphiql', HTML);
  expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
  expect(answer.headers.get('content-encoding')).toBe('gzip');
  const page = await answer.text();
  expect(page.includes('<title>Podline</title>')).toBe(true);
  // Nothing that a browser would load by address: no script, style sheet, font, image or frame.
  const markup = page.replaceAll(/<script>[\s\S]*?<\/script>/g, '');
  expect(
    markup.match(
      /(?:src|href)\s*=\s*"(?!data:)[^"]{0,80}|@import.{0,80}|url\((?!["']?(?:data:|#))[^)]{0,80}/g,
    ),
  ).toBeNull();
  expect(page.includes('"subscriptionsProtocol":"WS"')).toBe(true);
  expect(page.includes('"shouldPersistHeaders":false')).toBe(true);
  const policy = answer.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/https?:|unsafe-eval/);
  const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, script]) => script ?? '');
  expect(scripts).toHaveLength(2);
  for (const script of scripts)
    expect(policy).toContain(createHash('sha256').update(script).digest('base64'));
});

test('the page is compressed once, sent again only when it changed, and read without gzip too', async () => {
  service = await Service.open();
  const [first, second] = await Promise.all([service.get('/graphiql', HTML), service.get('/graphiql', HTML)]);
  const etag = first.headers.get('etag') ?? '';
  expect(second.headers.get('etag')).toBe(etag);
  const again = await service.get('/graphiql', { ...HTML, 'if-none-match': etag });
  expect(again.status).toBe(304);
  const plain = await new Promise<string>((resolve, reject) => {
    request(`${service.url}/graphiql`, { headers: HTML }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve(text));
    })
      .on('error', reject)
      .end();
  });
  expect(plain === (await first.text())).toBe(true);
});

test('with keys its subscriptions go where its headers count', async () => {
  service = await Service.open({ config: { apiKeys: [{ name: 'ann', key: 'the-secret-key' }] } });
  const page = await (await service.get('/graphiql', HTML)).text();
  expect(page.includes('"subscriptionsProtocol":"SSE"')).toBe(true);
  expect(page.includes('the-secret-key')).toBe(false);
});

test('everything but a browser gets a line about what there is', async () => {
  service = await Service.open();
  expect(await (await service.get('/')).text()).toContain('/graphiql');
  expect((await service.get('/graphql')).status).toBe(405);
});

test.each(
  tabs.map((tab) => [tab.query.match(/(?:query|mutation|subscription) (\w+)/)?.[1] ?? '', tab] as const),
)('the tab %s is valid', (_name, tab) => {
  const schema = buildSchema(printSchema(buildOurSchema()));
  expect(validate(schema, parse(tab.query))).toEqual([]);
  expect(JSON.parse(tab.variables ?? '{}')).toBeInstanceOf(Object);
  // What an editor shows that has half of a small screen.
  for (const comment of tab.query.match(/^#.*$/gm) ?? []) expect(comment.length).toBeLessThanOrEqual(42);
});
