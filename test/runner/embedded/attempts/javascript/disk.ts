import type { Attempt } from '../attempt.ts';

const DENIED = 'Requires write access';

/** Writing, creating, removing or filling anything. */
export const disk: readonly Attempt[] = [
  { name: 'Deno.writeTextFile', code: `return Deno.writeTextFileSync(host.database, 'x')`, refusal: DENIED },
  {
    name: 'a new file',
    code: `return Deno.writeTextFileSync(host.directory + '/new', 'x')`,
    refusal: DENIED,
  },
  {
    name: 'appending',
    code: `return Deno.openSync(host.database, { append: true }).writeSync(new Uint8Array(1))`,
    refusal: DENIED,
  },
  {
    name: 'removing',
    code: `return Deno.removeSync(host.secretJson)`,
    refusal: DENIED,
    uncontrolled: 'others need the file',
  },
  {
    name: 'renaming',
    code: `return Deno.renameSync(host.secretJson, host.secretJson + '2')`,
    refusal: 'Requires',
    uncontrolled: 'others need the file',
  },
  { name: 'truncating', code: `return Deno.truncateSync(host.database)`, refusal: DENIED },
  { name: 'a mode', code: `return Deno.chmodSync(host.database, 0o777)`, refusal: DENIED },
  { name: 'a time', code: `return Deno.utimeSync(host.database, 0, 0)`, refusal: DENIED },
  {
    name: 'a symbolic link',
    code: `return Deno.symlinkSync(host.secretText, host.directory + '/link')`,
    refusal: 'requires',
  },
  {
    name: 'a hard link',
    code: `return Deno.linkSync(host.secretText, host.directory + '/hard')`,
    refusal: 'Requires',
  },
  { name: 'a directory', code: `return Deno.mkdirSync(host.directory + '/made')`, refusal: DENIED },
  { name: 'a temporary file', code: `return Deno.removeSync(Deno.makeTempFileSync())`, refusal: DENIED },
  {
    name: 'beside its own directory',
    code: `return Deno.writeTextFileSync('../own.txt', 'x')`,
    refusal: DENIED,
  },
  {
    name: 'a symbolic link in its own directory',
    code: `return Deno.symlinkSync(host.secretText, 'link')`,
    refusal: 'requires',
  },
  {
    name: 'a hard link in its own directory',
    code: `return Deno.linkSync(host.secretText, 'hard')`,
    refusal: 'Requires',
  },
  {
    name: '/dev/shm',
    code: `return Deno.writeTextFileSync('/dev/shm/podline-attempt', 'x')`,
    refusal: DENIED,
    uncontrolled: 'it would stay',
  },
  {
    name: 'node:fs',
    code: `return (await import('node:fs')).writeFileSync(host.database, 'x')`,
    refusal: DENIED,
  },
  {
    name: 'node:fs, a copy',
    code: `return (await import('node:fs')).cpSync(host.secretText, host.directory + '/copy')`,
    refusal: 'Requires',
  },
  {
    name: 'localStorage',
    code: `localStorage.setItem('a', 'b'); return localStorage.getItem('a')`,
    refusal: 'Not a directory',
    uncontrolled: 'needs a location',
  },
  {
    name: 'caches',
    code: `return await (await caches.open('a')).put('https://a.example/', new Response('b'))`,
    refusal: 'Failed to create',
    uncontrolled: 'it would stay',
  },
  {
    name: 'Deno.openKv',
    code: `return await Deno.openKv(host.directory + '/kv')`,
    refusal: 'is not a function',
    uncontrolled: 'needs a flag',
  },
  {
    name: 'indexedDB',
    code: `return indexedDB.open('a')`,
    refusal: 'is not defined',
    uncontrolled: 'not in Deno',
  },
  {
    name: 'node:sqlite, a file',
    code: `
      const { DatabaseSync } = await import('node:sqlite');
      new DatabaseSync(host.directory + '/new.db').exec('create table t (a)');
      return true;`,
    refusal: 'Requires',
  },
  {
    name: 'node:sqlite, a file that is attached',
    code: `
      const { DatabaseSync } = await import('node:sqlite');
      new DatabaseSync(':memory:').exec("attach '" + host.directory + "/attached.db' as other; create table other.t (a)");
      return true;`,
    refusal: 'too many attached',
    uncontrolled: 'as there',
  },
  {
    name: 'node:sqlite, a copy',
    code: `
      const { DatabaseSync, backup } = await import('node:sqlite');
      return await backup(new DatabaseSync(':memory:'), host.directory + '/backup.db');`,
    refusal: 'Requires',
  },
  {
    name: 'node:sqlite, an extension',
    code: `
      const { DatabaseSync } = await import('node:sqlite');
      return new DatabaseSync(':memory:', { allowExtension: true }).loadExtension(host.secretText);`,
    refusal: 'Requires ffi access',
    uncontrolled: 'there is no such extension',
  },
  {
    name: 'node:v8, a heap snapshot',
    code: `return (await import('node:v8')).writeHeapSnapshot(host.directory + '/heap')`,
    refusal: DENIED,
  },
  {
    name: "V8's own files",
    code: `
      const v8 = await import('node:v8');
      for (const flag of ['log-all', 'prof', 'no-logfile-per-isolate', 'logfile=' + host.database, 'trace-turbo', 'trace-turbo-path=' + host.directory, 'perf-basic-prof', 'perf-basic-prof-path=' + host.directory]) v8.setFlagsFromString('--' + flag);
      const worker = new Worker('data:text/javascript,let s = 0; for (let i = 0; i < 1e6; i++) s += i; postMessage(s)', { type: 'module' });
      await new Promise((resolve) => { worker.onmessage = resolve; });
      worker.terminate();
      throw new Error('Whatever that did is seen from outside');`,
    refusal: 'seen from outside',
    uncontrolled: 'Deno ignores these',
  },
  {
    name: 'the inspector',
    code: `return (await import('node:inspector')).open(0)`,
    refusal: 'inspector',
    uncontrolled: 'needs a flag',
  },
  {
    name: 'process.report',
    code: `
      const process = (await import('node:process')).default;
      const written = process.report.writeReport(host.directory + '/report.json');
      if (!written) throw new Error('Nothing was written');
      return written;`,
    refusal: '',
    uncontrolled: 'not in Deno',
  },
  {
    name: 'variables that name files',
    code: `
      const process = (await import('node:process')).default;
      const set = (name, value) => { try { process.env[name] = value; } catch {} };
      for (const name of ['SSLKEYLOGFILE', 'DENO_AUDIT_PERMISSIONS', 'DENO_WEBGPU_TRACE']) set(name, host.directory + '/' + name);
      for (const name of ['DENO_DIR', 'DENO_COVERAGE_DIR', 'NODE_V8_COVERAGE', 'TMPDIR', 'SQLITE_TMPDIR', 'OTEL_EXPORTER_OTLP_ENDPOINT']) set(name, host.directory);
      const client = Deno.createHttpClient({ caCerts: [] });
      const { DatabaseSync } = await import('node:sqlite');
      const memory = new DatabaseSync(':memory:');
      memory.exec("pragma temp_store=file; pragma cache_size=1; create temp table t(a); with recursive c(x) as (select 1 union all select x+1 from c limit 20000) insert into t select hex(randomblob(100)) from c");
      client.close();
      throw new Error('Whatever that did is seen from outside');`,
    refusal: '',
    uncontrolled: 'Deno reads most of these at its start',
  },
];
