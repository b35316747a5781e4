import { afterEach, expect, test } from 'vitest';
import { loadAssets } from '../../src/server/console/assets.ts';
import { Service } from './support/service.ts';

let service: Service;
afterEach(() => service?.[Symbol.asyncDispose]());

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const ID = '01a22e38-a5bf-715f-9277-6a0e28db28d3';

test.each(['/', '/executions', '/sessions', '/sessions/any', `/executions/${ID}`, '/server'])(
  '%s is the console, with nothing inline and nothing from elsewhere',
  async (path) => {
    service = await Service.open();
    const answer = await service.get(path, HTML);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    const page = await answer.text();
    expect(page).not.toMatch(/<script(?![^>]*\ssrc="\/console\/app\.js")|<style| on\w+=| style=/);
    const addresses = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
    expect(addresses).toEqual(['/console/icon.svg', '/console/app.css', '/console/app.js']);
  },
);

test('its files are sent compressed, and only when they changed', async () => {
  service = await Service.open();
  const types = {
    'app.js': 'text/javascript; charset=utf-8',
    'app.css': 'text/css; charset=utf-8',
    'icon.svg': 'image/svg+xml',
  };
  for (const [name, type] of Object.entries(types)) {
    const bodies = new Set<string>();
    for (const encoding of ['br', 'gzip', 'identity']) {
      const answer = await service.get(`/console/${name}`, { 'accept-encoding': encoding });
      expect(answer.headers.get('content-type')).toBe(type);
      expect(answer.headers.get('content-encoding') ?? 'identity').toBe(encoding);
      bodies.add(await answer.text());
    }
    expect(bodies.size).toBe(1);
    const etag = (await service.get(`/console/${name}`)).headers.get('etag') ?? '';
    expect((await service.get(`/console/${name}`, { 'if-none-match': etag })).status).toBe(304);
  }
});

test('everything together is below 400 KB on its way', async () => {
  const assets = Object.values(await loadAssets());
  expect(assets.reduce((sum, { gzip }) => sum + gzip.byteLength, 0)).toBeLessThan(400_000);
});

test('what is none of its files is not found', async () => {
  service = await Service.open();
  expect((await service.get('/console/main.tsx')).status).toBe(404);
  expect((await service.get('/console/')).status).toBe(404);
});
