import type { Attempt } from '../attempt.ts';

const DENIED = 'Requires read access';
const NO_DEVICE = 'permissions are not what keeps it from being read without a sandbox';

/** Reading a file of the host, or learning whether there is one. */
export const files: readonly Attempt[] = [
  {
    name: 'Deno.readTextFile',
    code: `return await Deno.readTextFile(host.secretText)`,
    refusal: DENIED,
  },
  {
    name: 'a path that leaves the own directory',
    code: `return Deno.readTextFileSync(Deno.cwd() + '/../../../../secret.txt')`,
    refusal: DENIED,
    uncontrolled: 'the control runs elsewhere',
  },
  {
    name: 'Deno.open',
    code: `return Deno.openSync(host.secretText).readSync(new Uint8Array(9))`,
    refusal: DENIED,
  },
  { name: 'Deno.stat', code: `return (await Deno.stat(host.secretText)).size`, refusal: DENIED },
  { name: 'Deno.readDir', code: `return [...Deno.readDirSync(host.directory)].length`, refusal: DENIED },
  { name: 'Deno.realPath', code: `return Deno.realPathSync(host.directory)`, refusal: DENIED },
  { name: 'Deno.watchFs', code: `return Deno.watchFs(host.directory)`, refusal: DENIED },
  { name: 'the parent directory', code: `return [...Deno.readDirSync('..')].length`, refusal: DENIED },
  { name: '/etc/passwd', code: `return Deno.readTextFileSync('/etc/passwd')`, refusal: DENIED },
  {
    name: 'the own environment in /proc',
    code: `return Deno.readTextFileSync('/proc/self/environ')`,
    refusal: 'Requires',
  },
  {
    name: "the server's environment in /proc",
    code: `return Deno.readTextFileSync('/proc/' + host.serverPid + '/environ')`,
    refusal: 'Requires',
  },
  {
    name: "process 1's command line",
    code: `return Deno.readTextFileSync('/proc/1/cmdline')`,
    refusal: 'Requires',
  },
  {
    name: 'own descriptors in /proc',
    code: `return [...Deno.readDirSync('/proc/self/fd')].length`,
    refusal: 'Requires',
  },
  {
    name: '/dev/fd',
    code: `return Deno.openSync('/dev/fd/2')`,
    refusal: 'Requires',
    uncontrolled: NO_DEVICE,
  },
  {
    name: 'a device',
    code: `return Deno.openSync('/dev/zero').readSync(new Uint8Array(1))`,
    refusal: 'Requires',
  },
  {
    name: 'asking for the permission',
    code: `
      const { state } = await Deno.permissions.request({ name: 'read', path: host.directory });
      if (state !== 'granted') throw new Error('The answer was ' + state);
      return state;`,
    refusal: 'denied',
  },
  {
    name: 'node:fs',
    code: `return (await import('node:fs')).readFileSync(host.secretText, 'utf8')`,
    refusal: DENIED,
  },
  {
    name: 'node:fs/promises',
    code: `return await (await import('node:fs/promises')).readFile(host.secretText, 'utf8')`,
    refusal: DENIED,
  },
  {
    name: 'node:fs, whether there is a file',
    code: `if (!(await import('node:fs')).existsSync(host.secretText)) throw new Error('No file'); return true`,
    refusal: '',
  },
  {
    name: 'node:fs, every function that takes a path',
    code: `
      const fs = await import('node:fs');
      const told = [];
      const skipped = /^(rm|unlink|rename|truncate|chmod|lchmod|chown|lchown|utimes|lutimes|write|append|mkdir|mkdtemp|cp|copyFile|link|symlink|close|f[a-z]+Sync|create|existsSync|toUnixTimestamp|_|[A-Z])/;
      for (const [name, value] of Object.entries(fs)) {
        if (typeof value !== 'function' || !name.endsWith('Sync') || skipped.test(name)) continue;
        try {
          const answer = value(host.secretText);
          if (answer !== undefined && answer?.length !== 0) told.push(name);
        } catch {}
      }
      if (told.length === 0) throw new Error('Nothing was told');
      return told;`,
    refusal: 'Nothing was told',
  },
  {
    name: 'node:fs, a blob of a file',
    code: `return await (await (await import('node:fs')).openAsBlob(host.secretText)).text()`,
    refusal: DENIED,
  },
  {
    name: 'node:fs, free space',
    code: `return (await import('node:fs')).statfsSync('/').bfree`,
    refusal: 'Requires',
  },
  {
    name: 'fetch of a file',
    code: `return await (await fetch('file://' + host.secretText)).text()`,
    refusal: DENIED,
  },
  {
    name: 'importing a module',
    code: `return (await import('file://' + host.secretModule)).default`,
    refusal: DENIED,
  },
  {
    name: 'importing JSON',
    code: `return (await import('file://' + host.secretJson, { with: { type: 'json' } })).default`,
    refusal: DENIED,
  },
  {
    name: 'importing text',
    code: `return (await import('file://' + host.secretText, { with: { type: 'text' } })).default`,
    refusal: DENIED,
    uncontrolled: 'needs a flag',
  },
  {
    name: 'importing bytes',
    code: `return (await import('file://' + host.secretText, { with: { type: 'bytes' } })).default`,
    refusal: 'not a valid module type',
    uncontrolled: 'needs a flag',
  },
  {
    name: 'a static import in a data: module',
    code: `return (await import('data:text/javascript,' + encodeURIComponent('export { default } from "file://' + host.secretJson + '" with { type: "json" }'))).default`,
    refusal: DENIED,
  },
  {
    name: 'import within eval',
    code: `return (await (0, eval)('import("file://' + host.secretModule + '")')).default`,
    refusal: DENIED,
  },
  {
    name: 'a package next door',
    code: `return (await import('neighbour')).default`,
    refusal: '',
    uncontrolled: 'the control runs elsewhere',
  },
  {
    name: 'an import of the package above',
    code: `return (await import('#host')).default`,
    refusal: '',
    uncontrolled: 'the control runs elsewhere',
  },
  {
    name: 'require',
    code: `return (await import('node:module')).createRequire('file://' + host.secretModule)('./secret.json')`,
    refusal: DENIED,
  },
  {
    name: 'require.resolve, whether there is a file',
    code: `return (await import('node:module')).createRequire('file://' + host.secretModule).resolve('./secret.json')`,
    refusal: DENIED,
  },
  {
    name: 'a Worker of a file',
    code: `
      const worker = new Worker('file://' + host.secretModule, { type: 'module' });
      try {
        return await new Promise((resolve, reject) => {
          worker.onerror = (event) => { event.preventDefault(); reject(new Error(event.message)); };
          setTimeout(() => resolve('it started'), 1000);
        });
      } finally { worker.terminate(); }`,
    refusal: 'Requires',
  },
  {
    name: 'a static import in a Worker',
    code: `
      const source = 'import secret from "file://' + host.secretJson + '" with { type: "json" }; postMessage(secret)';
      const worker = new Worker('data:text/javascript,' + encodeURIComponent(source), { type: 'module' });
      try {
        return await new Promise((resolve, reject) => {
          worker.onmessage = (event) => resolve(event.data);
          worker.onerror = (event) => { event.preventDefault(); reject(new Error(event.message)); };
        });
      } finally { worker.terminate(); }`,
    refusal: DENIED,
  },
  {
    name: 'node:worker_threads',
    code: `
      const { Worker } = await import('node:worker_threads');
      const source = 'const { parentPort } = require("node:worker_threads"); parentPort.postMessage(require("node:fs").readFileSync(' + JSON.stringify(host.secretText) + ', "utf8"))';
      const worker = new Worker(source, { eval: true });
      try {
        return await new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject));
      } finally { void worker.terminate(); }`,
    refusal: DENIED,
  },
  {
    name: 'node:sqlite',
    code: `
      const { DatabaseSync } = await import('node:sqlite');
      return new DatabaseSync(host.database, { readOnly: true }).location()`,
    refusal: DENIED,
  },
  {
    name: 'process.loadEnvFile',
    code: `
      const process = (await import('node:process')).default;
      process.loadEnvFile(host.secretVariables);
      return process.env.PODLINE_FROM_FILE`,
    refusal: 'Requires',
  },
  {
    name: 'node:wasi with a directory of the host',
    code: `
      const { WASI } = await import('node:wasi');
      const wasi = new WASI({ version: 'preview1', preopens: { '/': host.directory } });
      return Object.keys(wasi.getImportObject()).length`,
    refusal: 'preopen',
  },
  {
    name: 'a native library',
    code: `return Deno.dlopen('libc.so.6', { getpid: { parameters: [], result: 'i32' } }).symbols.getpid()`,
    refusal: 'Requires ffi access',
  },
  {
    name: 'a native module',
    code: `
      const process = (await import('node:process')).default;
      const module = { exports: {} };
      process.dlopen(module, host.secretText);
      return module.exports;`,
    refusal: 'Requires ffi access',
    uncontrolled: 'there is no such module',
  },
  {
    name: 'native memory',
    code: `return Deno.UnsafePointer.value(Deno.UnsafePointer.of(new Uint8Array(8)))`,
    refusal: 'Requires ffi access',
  },
  {
    name: "Deno's internal operations",
    code: `
      const { ops } = Deno[Deno.internal].core;
      const buffer = new Uint8Array(64);
      const file = ops.op_fs_open_sync?.(host.secretText) ?? ops.op_node_open_sync(host.secretText, 0, 0o666);
      ops.op_node_fs_read_sync(file, buffer, 0n);
      return new TextDecoder().decode(buffer);`,
    refusal: '',
  },
];
