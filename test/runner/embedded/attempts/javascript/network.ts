import type { Attempt } from '../attempt.ts';

const DENIED = 'Requires net access';

/** Opening a connection, listening, asking for a name, downloading. */
export const network: readonly Attempt[] = [
  {
    name: 'fetch',
    code: `return await fetch('http://127.0.0.1:' + host.tcpPort)`,
    refusal: DENIED,
    uncontrolled: 'the listener hangs up',
  },
  {
    name: 'XMLHttpRequest',
    code: `return new XMLHttpRequest()`,
    refusal: 'is not defined',
    uncontrolled: 'not in Deno',
  },
  {
    name: 'WebSocket',
    code: `
      const socket = new WebSocket('ws://127.0.0.1:' + host.tcpPort);
      return await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = (event) => reject(new Error(event.message)); });`,
    refusal: DENIED,
    uncontrolled: 'the listener hangs up',
  },
  {
    name: 'EventSource',
    code: `
      const source = new EventSource('http://127.0.0.1:' + host.tcpPort);
      try {
        return await new Promise((resolve, reject) => { source.onopen = resolve; source.onerror = (event) => reject(new Error(event.message ?? 'failed')); });
      } finally { source.close(); }`,
    refusal: 'failed',
    uncontrolled: 'the listener hangs up',
  },
  {
    name: 'WebTransport',
    code: `return await new WebTransport('https://127.0.0.1:' + host.udpPort).ready`,
    refusal: 'is not defined',
    uncontrolled: 'needs a flag',
  },
  {
    name: 'Deno.connect',
    code: `return await Deno.connect({ hostname: '127.0.0.1', port: host.tcpPort })`,
    refusal: DENIED,
  },
  {
    name: 'Deno.connect to a socket file',
    code: `return await Deno.connect({ transport: 'unix', path: host.socketFile })`,
    refusal: 'Requires',
  },
  {
    name: 'Deno.connectTls',
    code: `return await Deno.connectTls({ hostname: '127.0.0.1', port: host.tcpPort })`,
    refusal: DENIED,
    uncontrolled: 'the listener hangs up',
  },
  { name: 'Deno.listen', code: `return Deno.listen({ port: 0 }).addr.port`, refusal: DENIED },
  {
    name: 'Deno.listenDatagram',
    code: `return Deno.listenDatagram({ port: 0, transport: 'udp' })`,
    refusal: 'is not a function',
    uncontrolled: 'needs a flag',
  },
  {
    name: 'Deno.serve',
    code: `return Deno.serve({ port: 0, onListen() {} }, () => new Response())`,
    refusal: DENIED,
  },
  {
    name: 'Deno.resolveDns',
    code: `return await Deno.resolveDns('localhost', 'A', { nameServer: { ipAddr: '127.0.0.1', port: host.udpPort } })`,
    refusal: DENIED,
    uncontrolled: 'nobody answers',
  },
  {
    name: 'a proxy',
    code: `
      const client = Deno.createHttpClient({ proxy: { url: 'http://127.0.0.1:' + host.tcpPort } });
      return await fetch('http://example.invalid/', { client });`,
    refusal: DENIED,
    uncontrolled: 'the listener hangs up',
  },
  {
    name: 'a proxy behind a socket file',
    code: `
      const client = Deno.createHttpClient({ proxy: { transport: 'unix', path: host.socketFile } });
      return await fetch('http://example.invalid/', { client });`,
    refusal: 'Requires',
    uncontrolled: 'the listener hangs up',
  },
  {
    name: 'Deno.QuicEndpoint',
    code: `return new Deno.QuicEndpoint({ hostname: '127.0.0.1', port: 0 }).addr`,
    refusal: 'is not a constructor',
    uncontrolled: 'needs a flag',
  },
  {
    name: 'node:net',
    code: `
      const net = await import('node:net');
      return await new Promise((resolve, reject) => net.connect(host.tcpPort, '127.0.0.1').on('connect', () => resolve('connected')).on('error', reject));`,
    refusal: DENIED,
  },
  {
    name: 'node:net to a socket file',
    code: `
      const net = await import('node:net');
      return await new Promise((resolve, reject) => net.connect(host.socketFile).on('connect', () => resolve('connected')).on('error', reject));`,
    refusal: 'Requires',
  },
  {
    name: 'node:net, listening',
    code: `
      const net = await import('node:net');
      return await new Promise((resolve, reject) => net.createServer().listen(0, '127.0.0.1', () => resolve('listening')).on('error', reject));`,
    refusal: DENIED,
  },
  {
    name: 'node:http',
    code: `
      const http = await import('node:http');
      return await new Promise((resolve, reject) => http.get('http://127.0.0.1:' + host.tcpPort, resolve).on('error', reject));`,
    refusal: DENIED,
    uncontrolled: 'the listener hangs up',
  },
  {
    name: 'node:http2',
    code: `
      const http2 = await import('node:http2');
      globalThis.process ??= (await import('node:process')).default;
      return await new Promise((resolve, reject) => http2.connect('http://127.0.0.1:' + host.tcpPort).on('connect', () => resolve('connected')).on('error', reject));`,
    refusal: DENIED,
  },
  {
    name: 'node:tls',
    code: `
      const tls = await import('node:tls');
      return await new Promise((resolve, reject) => tls.connect(host.tcpPort, '127.0.0.1').on('secureConnect', resolve).on('error', reject));`,
    refusal: DENIED,
    uncontrolled: 'the listener hangs up',
  },
  {
    name: 'node:dgram',
    code: `
      const socket = (await import('node:dgram')).createSocket('udp4');
      return await new Promise((resolve, reject) => {
        socket.on('error', reject);
        socket.send('hello', host.udpPort, '127.0.0.1', (error) => error ? reject(error) : resolve('sent'));
      });`,
    refusal: DENIED,
  },
  {
    name: 'node:dns',
    code: `
      const dns = await import('node:dns');
      return await new Promise((resolve, reject) => dns.lookup('localhost', (error, address) => error ? reject(error) : resolve(address)));`,
    refusal: '',
  },
  {
    name: 'node:dns with a server of its own',
    code: `
      const { Resolver } = (await import('node:dns')).promises;
      const resolver = new Resolver();
      resolver.setServers(['127.0.0.1:' + host.udpPort]);
      return await resolver.resolve4('example.invalid');`,
    refusal: '',
    uncontrolled: 'nobody answers',
  },
  {
    name: 'import over http',
    code: `return await import('http://127.0.0.1:' + host.tcpPort + '/a.js')`,
    refusal: 'Requires import access',
    uncontrolled: 'the listener hangs up',
  },
  {
    name: 'import over https',
    code: `return await import('https://127.0.0.1:' + host.tcpPort + '/a.js')`,
    refusal: 'Requires import access',
    uncontrolled: 'the listener hangs up',
  },
  {
    name: 'import from npm',
    code: `return await import('npm:is-odd')`,
    refusal: '--no-npm',
    uncontrolled: 'it would download',
  },
  {
    name: 'import from JSR',
    code: `return await import('jsr:@std/path')`,
    refusal: 'Requires import access',
    uncontrolled: 'it would download',
  },
  {
    name: 'a Worker over http',
    code: `
      const worker = new Worker('http://127.0.0.1:' + host.tcpPort + '/a.js', { type: 'module' });
      return await new Promise((resolve, reject) => { worker.onmessage = resolve; worker.onerror = (event) => { event.preventDefault(); reject(new Error(event.message)); }; });`,
    refusal: 'Requires import access',
    uncontrolled: 'the listener hangs up',
  },
  {
    name: 'import over http in a Worker',
    code: `
      const source = 'import("http://127.0.0.1:' + host.tcpPort + '/a.js").then(() => postMessage(""), (error) => postMessage(error.message))';
      const worker = new Worker('data:text/javascript,' + encodeURIComponent(source), { type: 'module' });
      try {
        const answer = await new Promise((resolve) => { worker.onmessage = (event) => resolve(event.data); });
        if (answer !== '') throw new Error(answer);
        return 'imported';
      } finally { worker.terminate(); }`,
    refusal: 'Requires import access',
    uncontrolled: 'the listener hangs up',
  },
  {
    name: 'asking for the permission',
    code: `
      const { state } = await Deno.permissions.request({ name: 'net' });
      if (state !== 'granted') throw new Error('The answer was ' + state);
      return state;`,
    refusal: 'denied',
  },
];
