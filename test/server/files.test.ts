import { createHash } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { Service } from './support/service.ts';

let service: Service;
afterEach(() => service[Symbol.asyncDispose]());

const CONTENT = Buffer.from(Array.from({ length: 600_000 }, (_, index) => (index * 7) % 256));
const ETAG = `"${createHash('sha256').update(CONTENT).digest('hex')}"`;

/** An execution that has left these, and has ended. */
async function left(files: { readonly [path: string]: Buffer }, headers = {}): Promise<string> {
  const { id, run } = await service.start(headers);
  for (const [path, content] of Object.entries(files)) await run.leave(path, content);
  run.omit('link', 'It is a symbolic link, not a regular file.');
  run.end();
  await run.outcome;
  const caller = Object.keys(headers).length > 0 ? 'key:ada' : 'anonymous';
  for await (const _ of await service.executions.followStatus(caller, id));
  return id;
}

const download = (id: string, path: string, headers: Record<string, string> = {}, method = 'GET') =>
  service.get(`/result/${id}/files/${path}`, headers, { method });

test('files are listed, and each is downloaded under its url', async () => {
  service = await Service.open();
  const files = {
    'plots/näïve #1.png': CONTENT,
    'a.csv': Buffer.from('a,b\n'),
    'new\nline': Buffer.of(),
    '100%': Buffer.of(1),
  };
  const id = await left(files);
  const answer = await service.get(`/result/${id}/files`);
  expect(answer.status).toBe(200);
  const list: { path: string; bytes: number; url: string; media_type: string; sha256: string }[] =
    await answer.json();
  expect(list.map(({ path, bytes, media_type }) => [path, bytes, media_type])).toEqual([
    ['100%', 1, 'application/octet-stream'],
    ['a.csv', 4, 'text/csv; charset=utf-8'],
    ['new\nline', 0, 'application/octet-stream'],
    ['plots/näïve #1.png', 600_000, 'image/png'],
  ]);
  for (const { path, url, sha256 } of list) {
    const got = await service.get(url);
    expect(got.status, path).toBe(200);
    const bytes = Buffer.from(await got.arrayBuffer());
    expect(bytes.equals(files[path as keyof typeof files])).toBe(true);
    expect(got.headers.get('etag')).toBe(`"${sha256}"`);
  }
});

test('GraphQL tells the same, and what was not kept', async () => {
  service = await Service.open();
  const id = await left({ 'out/a b.csv': Buffer.from('1') });
  const query = `query ($id: ID!) { execution(id: $id) {
    files { path bytes sha256 mediaType url } omittedFiles { path reason } } }`;
  expect((await service.graphql(query, { id })).data).toEqual({
    execution: {
      files: [
        {
          path: 'out/a b.csv',
          bytes: 1,
          sha256: createHash('sha256').update('1').digest('hex'),
          mediaType: 'text/csv; charset=utf-8',
          url: `/result/${id}/files/out/a%20b.csv`,
        },
      ],
      omittedFiles: [{ path: 'link', reason: 'It is a symbolic link, not a regular file.' }],
    },
  });
});

test('a download is saved, never shown, whatever the program wrote', async () => {
  service = await Service.open();
  const id = await left({ 'ü"\r\n.html': Buffer.from('<script>') });
  const answer = await download(id, '%C3%BC%22%0D%0A.html');
  expect(answer.status).toBe(200);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'accept-ranges': 'bytes',
    'content-disposition': `attachment; filename="____.html"; filename*=UTF-8''%C3%BC%22%0D%0A.html`,
    'content-length': '8',
    'content-security-policy': "default-src 'none'; sandbox",
    'content-type': 'text/html; charset=utf-8',
    'x-content-type-options': 'nosniff',
  });
});

test('HEAD says what GET would', async () => {
  service = await Service.open();
  const id = await left({ 'a.png': CONTENT });
  const answer = await download(id, 'a.png', {}, 'HEAD');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-length')).toBe('600000');
  expect(answer.headers.get('etag')).toBe(ETAG);
  expect(await answer.text()).toBe('');
});

test.each([
  ['bytes=0-9', 0, 10],
  ['bytes=262143-262144', 262_143, 262_145],
  ['bytes=599999-', 599_999, 600_000],
  ['bytes=100-9999999', 100, 600_000],
  ['bytes=-5', 599_995, 600_000],
  ['bytes=-9999999', 0, 600_000],
] as const)('%s is that part', async (range, from, to) => {
  service = await Service.open();
  const id = await left({ a: CONTENT });
  const answer = await download(id, 'a', { range });
  expect(answer.status).toBe(206);
  expect(answer.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/600000`);
  expect(answer.headers.get('content-length')).toBe(String(to - from));
  expect(Buffer.from(await answer.arrayBuffer()).equals(CONTENT.subarray(from, to))).toBe(true);
});

test('a range that cannot be is 416, and what is no range the whole file', async () => {
  service = await Service.open();
  const id = await left({ a: CONTENT, empty: Buffer.of() });
  for (const range of ['bytes=600000-', 'bytes=999999-9999999', 'bytes=-0']) {
    const answer = await download(id, 'a', { range });
    expect(answer.status, range).toBe(416);
    expect(answer.headers.get('content-range')).toBe('bytes */600000');
  }
  expect((await download(id, 'empty', { range: 'bytes=0-0' })).status).toBe(416);
  for (const range of ['bytes=9-1', 'bytes=-', 'lines=1-2', 'bytes=0-1,5-6', 'bytes=a-b']) {
    const answer = await download(id, 'a', { range });
    expect(answer.status, range).toBe(200);
    await answer.body?.cancel();
  }
});

test('what a client has is not sent again, and a part only of the file it knows', async () => {
  service = await Service.open();
  const id = await left({ a: CONTENT });
  for (const header of [ETAG, `"other", W/${ETAG}`, '*']) {
    const answer = await download(id, 'a', { 'if-none-match': header });
    expect(answer.status, header).toBe(304);
    expect(await answer.text()).toBe('');
  }
  expect((await download(id, 'a', { 'if-none-match': '"other"' })).status).toBe(200);
  expect((await download(id, 'a', { range: 'bytes=0-9', 'if-range': ETAG })).status).toBe(206);
  expect((await download(id, 'a', { range: 'bytes=0-9', 'if-range': '"other"' })).status).toBe(200);
});

test('404 for what there is not, 400 for what is no URL, 405 for another method', async () => {
  service = await Service.open();
  const id = await left({ 'a/b': CONTENT });
  for (const path of ['b', 'a', 'a/', 'a/b/', '/a/b', '..%2Fa', 'link', 'a%00b']) {
    expect((await download(id, path)).status, path).toBe(404);
  }
  expect((await download(id, '%zz')).status).toBe(400);
  expect((await download(id, 'a%2Fb', {}, 'HEAD')).status).toBe(200);
  expect((await download('01890000-0000-7000-8000-000000000000', 'a/b')).status).toBe(404);
  expect((await service.get('/result/01890000-0000-7000-8000-000000000000/files')).status).toBe(404);
  expect((await download(id, 'a/b', {}, 'DELETE')).status).toBe(405);
});

test("nobody gets another caller's files", async () => {
  service = await Service.open({
    config: {
      apiKeys: [
        { name: 'ada', key: 'a'.repeat(32) },
        { name: 'bob', key: 'b'.repeat(32) },
      ],
    },
  });
  const [ada, bob] = ['a', 'b'].map((letter) => ({ authorization: `Bearer ${letter.repeat(32)}` }));
  const id = await left({ a: CONTENT }, ada);
  expect((await download(id, 'a', ada)).status).toBe(200);
  expect((await download(id, 'a', bob)).status).toBe(404);
  expect((await service.get(`/result/${id}/files`, bob)).status).toBe(404);
  expect((await download(id, 'a')).status).toBe(401);
});

test('cleanup removes them', async () => {
  service = await Service.open();
  const id = await left({ a: CONTENT });
  expect((await service.get(`/cleanup/${id}`, {}, { method: 'DELETE' })).status).toBe(200);
  expect(await (await service.get(`/result/${id}/files`)).json()).toEqual([]);
  expect((await download(id, 'a')).status).toBe(404);
  expect((await service.get(`/cleanup/${id}`, {}, { method: 'DELETE' })).status).toBe(200);
});
