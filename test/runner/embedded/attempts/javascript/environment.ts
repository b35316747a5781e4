import type { Attempt } from '../attempt.ts';

const DENIED = 'Requires sys access';

/** Learning about the host, its users and what the server was started with. */
export const environment: readonly Attempt[] = [
  {
    name: "the server's variable",
    code: `
      const value = Deno.env.get(host.variable);
      if (value === undefined) throw new Error('There is no such variable');
      return value;`,
    refusal: '',
  },
  {
    name: 'variables beyond those that were given',
    code: `
      const names = Object.keys(Deno.env.toObject()).filter((name) => name !== 'HOME' && name !== 'LANG');
      if (names.length === 0) throw new Error('There are no variables');
      return names;`,
    refusal: '',
  },
  {
    name: "a Worker's variables",
    code: `
      const source = 'postMessage(Object.keys(Deno.env.toObject()).filter((name) => name !== "HOME" && name !== "LANG").join())';
      const worker = new Worker('data:text/javascript,' + encodeURIComponent(source), { type: 'module' });
      try {
        return await new Promise((resolve, reject) => {
          worker.onmessage = (event) => event.data === '' ? reject(new Error('There are no variables')) : resolve(event.data);
          worker.onerror = (event) => { event.preventDefault(); reject(new Error(event.message)); };
        });
      } finally { worker.terminate(); }`,
    refusal: '',
  },
  {
    name: 'process.report',
    code: `return (await import('node:process')).default.report.getReport().environmentVariables[host.variable]`,
    refusal: '',
    uncontrolled: 'not in Deno',
  },
  { name: 'the host name', code: `return Deno.hostname()`, refusal: DENIED },
  { name: 'the user', code: `return Deno.uid()`, refusal: DENIED },
  { name: 'memory of the machine', code: `return Deno.systemMemoryInfo().total`, refusal: DENIED },
  { name: 'load of the machine', code: `return Deno.loadavg()`, refusal: DENIED },
  { name: 'uptime of the machine', code: `return Deno.osUptime()`, refusal: DENIED },
  { name: 'release of the kernel', code: `return Deno.osRelease()`, refusal: DENIED },
  {
    name: 'addresses',
    code: `return Deno.networkInterfaces()`,
    refusal: DENIED,
    uncontrolled: 'a machine may have none',
  },
  {
    name: 'node:os',
    code: `
      const os = await import('node:os');
      const told = [];
      for (const name of ['hostname', 'userInfo', 'cpus', 'totalmem', 'freemem', 'release', 'networkInterfaces', 'homedir', 'uptime', 'loadavg', 'version', 'getPriority']) {
        try { os[name](); told.push(name); } catch {}
      }
      if (told.length === 0) throw new Error('Nothing was told');
      return told;`,
    refusal: 'Nothing was told',
  },
  {
    name: 'a graphics driver',
    code: `
      const set = (name, value) => { try { Deno.env.set(name, value); } catch {} };
      set('DENO_WEBGPU_BACKEND', 'vulkan,gl');
      for (const name of ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', '__EGL_VENDOR_LIBRARY_FILENAMES']) set(name, host.secretJson);
      const adapter = await navigator.gpu.requestAdapter();
      if (adapter === null) throw new Error('There is no adapter');
      return adapter.info.description;`,
    refusal: 'There is no adapter',
    uncontrolled: 'not every machine has one',
  },
  {
    name: 'a graphics driver in a Worker',
    code: `
      const source = 'try { Deno.env.set("DENO_WEBGPU_BACKEND", "vulkan,gl") } catch {} navigator.gpu.requestAdapter().then((adapter) => postMessage(adapter === null ? "" : adapter.info.description))';
      const worker = new Worker('data:text/javascript,' + encodeURIComponent(source), { type: 'module' });
      try {
        return await new Promise((resolve, reject) => {
          worker.onmessage = (event) => event.data === '' ? reject(new Error('There is no adapter')) : resolve(event.data);
          worker.onerror = (event) => { event.preventDefault(); reject(new Error(event.message)); };
        });
      } finally { worker.terminate(); }`,
    refusal: 'There is no adapter',
    uncontrolled: 'not every machine has one',
  },
  {
    name: 'variables that Deno obeys',
    code: `
      const kept = ['DENO_WEBGPU_BACKEND', 'DENO_CERT', 'DENO_TLS_CA_STORE', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'SSLKEYLOGFILE'].filter((name) => {
        Deno.env.set(name, host.secretText);
        return Deno.env.get(name) !== undefined;
      });
      if (kept.length === 0) throw new Error('None was kept');
      return kept;`,
    refusal: '',
  },
  {
    name: 'certificates of the machine',
    code: `
      const tls = await import('node:tls');
      return tls.getCACertificates('system').length;`,
    refusal: DENIED,
  },
];
