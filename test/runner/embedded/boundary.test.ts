import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useJavascriptRunner } from './javascript_runner.ts';

const { run, dataDir } = useJavascriptRunner();
const SECRET = 'SESAME';

let secrets: string;
let listener: Server;
let connections = 0;
let port = 0;
beforeAll(async () => {
  secrets = mkdtempSync(join(tmpdir(), 'podline-secrets-'));
  writeFileSync(join(secrets, 'secret.txt'), SECRET);
  writeFileSync(join(secrets, 'secret.json'), JSON.stringify(SECRET));
  writeFileSync(join(secrets, 'secret.js'), `export default "${SECRET}"`);
  writeFileSync(join(secrets, 'secret.cjs'), `module.exports = "${SECRET}"`);
  listener = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a port, got none');
  port = address.port;
});
afterAll(() => {
  listener.close();
  rmSync(secrets, { recursive: true, force: true });
});

/** Runs a program that prints `done` last, and resolves to all it printed. */
async function attempt(code: string, payload = {}): Promise<string> {
  const program = run(`const tell = (value) => console.log(String(value));\n${code}\nconsole.log("done");`, {
    payload,
    limits: { timeoutMs: 20_000 },
  });
  await program.endsBy('EXITED');
  expect(program.text()).toMatch(/done\n$/);
  return program.text();
}

describe('files of the host', () => {
  test('cannot be read', async () => {
    const text = await attempt(`
      const fs = process.getBuiltinModule('node:fs');
      for (const path of [${JSON.stringify(join(secrets, 'secret.txt'))}, '../../../secret.txt', '/proc/self/environ', '/proc/self/cmdline']) {
        try { tell(fs.readFileSync(path)); } catch (e) { tell(e.message); }
        try { tell(Deno.readTextFileSync(path)); } catch (e) { tell(e.message); }
      }`);
    expect(text.match(/Requires read access/g)).toHaveLength(8);
    expect(text).not.toContain(SECRET);
  });

  test('cannot be imported, in any way of writing it', async () => {
    const text = await attempt(`
      const places = [${JSON.stringify(`${secrets}/`)}, ${JSON.stringify(`file://${secrets}/`)}, ${JSON.stringify(`file://localhost${secrets}/`)},
        './..%2f..%2f..%2f..' + ${JSON.stringify(secrets)} + '/', '../../../..' + ${JSON.stringify(secrets)} + '/'];
      for (const place of places) for (const file of ['secret.txt', 'secret.json', 'secret.js', 'secret.cjs'])
        for (const type of [undefined, 'json', 'text', 'bytes'])
          try { tell((await import(place + file, type && { with: { type } })).default); } catch (e) { tell(e.message.slice(0, 30)); }`);
    expect(text).not.toContain(SECRET);
  });

  test.each(['txt', 'json', 'js', 'cjs'])(
    'cannot be imported by a literal or a static import (.%s)',
    async (kind) => {
      const file = JSON.stringify(join(secrets, `secret.${kind}`));
      const type = kind === 'json' ? 'json' : 'text';
      const how = kind.endsWith('js') ? '' : `with { type: "${type}" }`;
      for (const code of [
        `import secret from ${file} ${how}; console.log(secret)`,
        `console.log((await import(${file}${how && `, { with: { type: "${type}" } }`})).default)`,
        `import { createRequire } from 'node:module'; console.log(createRequire(import.meta.url)(${file}))`,
        `const worker = new Worker('data:text/javascript,' + encodeURIComponent(${JSON.stringify(`import s from ${file} ${how}; console.log(s)`)}), { type: 'module' }); worker.onerror = () => Deno.exit(1);`,
      ]) {
        const program = run(code);
        expect((await program.endsBy('EXITED')).exitCode).not.toBe(0);
        expect(program.text()).not.toContain(SECRET);
      }
    },
  );

  test('cannot be written, nor any file made', async () => {
    const file = join(secrets, 'secret.txt');
    const text = await attempt(`
      const fs = process.getBuiltinModule('node:fs');
      for (const path of [${JSON.stringify(file)}, 'new.txt', '/dev/shm/podline', 'main.js'])
        try { fs.writeFileSync(path, 'x'); tell('WROTE'); } catch (e) { tell(e.message); }
      try { tell('WROTE' + Deno.makeTempFileSync()); } catch (e) { tell(e.message); }
      try { localStorage.setItem('a', 'b'); tell('WROTE'); } catch (e) { tell(e.message); }
      try { await (await caches.open('a')).put('http://a/', new Response('b')); tell('WROTE'); } catch (e) { tell(e.message); }`);
    expect(text).not.toContain('WROTE');
    expect(readFileSync(file, 'utf8')).toBe(SECRET);
  });

  test("another execution's are out of reach", async () => {
    const other = run('console.log(Deno.cwd()); setInterval(() => {}, 1000)');
    await other.printed('sandboxes');
    const text = await attempt(`
      try { tell(Deno.readTextFileSync(${JSON.stringify(join(other.text().trim(), 'main.js'))})); } catch (e) { tell(e.message); }
      try { tell([...Deno.readDirSync(${JSON.stringify(join(dataDir(), 'sandboxes'))})].length); } catch (e) { tell(e.message); }`);
    expect(text.match(/Requires read access/g)).toHaveLength(2);
    other.stop('CANCELLED');
    await other.endsBy('CANCELLED');
  });
});

describe('the network', () => {
  test('cannot be reached, imports included', async () => {
    const text = await attempt(`
      const [net, http, dgram, dns] = ['net', 'http', 'dgram', 'dns'].map((name) => process.getBuiltinModule('node:' + name));
      const attempts = {
        fetch: () => fetch('http://127.0.0.1:${port}/'),
        connect: () => Deno.connect({ hostname: '127.0.0.1', port: ${port} }),
        listen: () => Deno.listen({ port: 0 }),
        import: () => import('http://127.0.0.1:${port}/x.js'),
        npm: () => import('npm:left-pad'),
        jsr: () => import('jsr:@std/path'),
        websocket: () => new Promise((resolve, reject) => { const s = new WebSocket('ws://127.0.0.1:${port}/'); s.onopen = resolve; s.onerror = (e) => reject(e.error ?? new Error(e.message)); }),
        net: () => new Promise((resolve, reject) => net.connect(${port}, '127.0.0.1').on('connect', resolve).on('error', reject)),
        http: () => new Promise((resolve, reject) => http.get('http://127.0.0.1:${port}/').on('response', resolve).on('error', reject)),
        dns: () => Deno.resolveDns('example.com', 'A'),
      };
      for (const [name, go] of Object.entries(attempts)) try { await go(); tell('REACHED ' + name); } catch (e) { tell(name + ': ' + e.message); }`);
    expect(text).not.toContain('REACHED');
    expect(text.trim().split('\n').length).toBeGreaterThanOrEqual(11);
    expect(connections).toBe(0);
  });
});

describe('other processes', () => {
  test('cannot be started, found or ended', async () => {
    const text = await attempt(`
      const childProcess = process.getBuiltinModule('node:child_process');
      const attempts = [
        () => childProcess.execFileSync('/bin/echo', ['RAN']),
        () => new Deno.Command('/bin/echo', { args: ['RAN'] }).outputSync().stdout,
        () => Deno.kill(${process.pid}, 'SIGTERM'),
        () => process.kill(${process.pid}, 'SIGTERM'),
        () => Deno.dlopen('libc.so.6', { getpid: { parameters: [], result: 'i32' } }),
        () => Deno.hostname(),
      ];
      for (const go of attempts) try { go(); tell('DID'); } catch (e) { tell(e.message); }`);
    expect(text).not.toMatch(/^(RAN|DID)/m);
  });

  test('permissions cannot be asked for', async () => {
    const text = await attempt(
      `for (const name of ['read', 'write', 'net', 'run', 'ffi', 'sys', 'import']) tell((await Deno.permissions.request({ name })).state);`,
    );
    expect(text).toBe(`${'denied\n'.repeat(7)}done\n`);
  });
});

describe('what one execution leaves', () => {
  test('is gone for the next', async () => {
    await attempt(
      `globalThis.left = 1; try { sessionStorage.setItem('left', '1'); } catch {} Deno.env.set('LEFT', '1');`,
    );
    const text = await attempt(
      `let kept = null; try { kept = sessionStorage.getItem('left'); } catch {} tell([globalThis.left, kept, Deno.env.get('LEFT')].join());`,
    );
    expect(text).toBe(',,\ndone\n');
  });
});
