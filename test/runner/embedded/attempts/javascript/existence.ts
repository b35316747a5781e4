import type { Attempt } from '../attempt.ts';
import { SOURCE_MAPS } from './source-maps.ts';

const SAME = 'No difference';

/**
 * `tell` asks the same of a path of the host and of one that is not there, and returns both answers when they differ in
 * more than the path. A number may be a time or a handle.
 */
const TELL = `
  const answerOf = async (ask, path) => {
    try {
      return 'answered ' + JSON.stringify(await ask(path));
    } catch (error) {
      return 'refused ' + error?.code + ' ' + error?.name + ': ' + error?.message;
    }
  };
  const tell = async (ask, ...names) => {
    const told = [];
    for (const name of names) {
      const there = (await answerOf(ask, host[name])).replaceAll(/\\d+/g, '#');
      const absent = (await answerOf(ask, host.absent[name])).replaceAll(host.absent[name], host[name]).replaceAll(/\\d+/g, '#');
      if (there !== absent) told.push(name + ' ' + there + ', else ' + absent);
    }
    if (told.length === 0) throw new Error('${SAME}');
    return told.join('; ');
  };
  const internals = () => {
    const found = Deno[Deno.internal];
    if (found === undefined) throw new Error('${SAME}');
    // Deno loads most of its operations when this property is first read.
    found.addTrailers;
    return found;
  };
`;

const ATTEMPTS: readonly Omit<Attempt, 'refusal'>[] = [
  { name: 'Deno.lstat', code: `return await tell((path) => Deno.lstat(path), 'secretText', 'directory')` },
  { name: 'Deno.stat', code: `return await tell((path) => Deno.statSync(path), 'secretText', 'directory')` },
  {
    name: 'Deno.readLink',
    code: `return await tell((path) => Deno.readLinkSync(path), 'secretText')`,
  },
  {
    name: 'Deno.realPath',
    code: `return await tell((path) => Deno.realPath(path), 'secretText', 'directory')`,
  },
  {
    name: 'Deno.readTextFile',
    code: `return await tell((path) => Deno.readTextFile(path), 'secretText', 'secretEnvironment')`,
  },
  { name: 'Deno.chdir', code: `return await tell((path) => Deno.chdir(path), 'secretText')` },
  {
    name: 'Deno.Command',
    code: `return await tell((path) => new Deno.Command(path).outputSync().code, 'secretText', 'directory')`,
  },
  { name: 'Deno.dlopen', code: `return await tell((path) => Deno.dlopen(path, {}), 'secretText')` },
  {
    name: 'a permission',
    code: `return await tell(async (path) => (await Deno.permissions.query({ name: 'read', path })).state, 'secretText')`,
    uncontrolled: 'it is granted for what is not there too',
  },
  {
    name: 'import',
    code: `return await tell((path) => import('file://' + path), 'secretText', 'secretModule')`,
  },
  {
    name: 'import of JSON',
    code: `return await tell((path) => import('file://' + path, { with: { type: 'json' } }), 'secretText', 'secretJson')`,
  },
  {
    name: 'import of text',
    code: `return await tell((path) => import('file://' + path, { with: { type: 'text' } }), 'secretText')`,
    uncontrolled: 'needs a flag',
  },
  {
    name: 'import of bytes',
    code: `return await tell((path) => import('file://' + path, { with: { type: 'bytes' } }), 'secretText')`,
    uncontrolled: 'needs a flag',
  },
  {
    name: 'a phase of import',
    code: `
      const ask = (phase) => (path) => (0, eval)('import.' + phase + '(' + JSON.stringify('file://' + path) + ')');
      return (await answerOf(ask('source'), '')) + await tell(ask('source'), 'secretText', 'secretModule') + await tell(ask('defer'), 'secretText');`,
  },
  {
    name: 'import from a data: module',
    code: `return await tell((path) => import(dataUrl('import "file://' + path + '"')), 'secretModule')`,
  },
  {
    name: 'import.meta.resolve',
    code: `
      const { default: resolve } = await import(dataUrl('export default (path) => import.meta.resolve(path)'));
      return await tell((path) => [resolve('file://' + path), resolve(path)], 'secretText', 'directory');`,
    uncontrolled: 'nothing is looked up',
  },
  {
    name: 'a Worker',
    code: `return await tell((path) => inWorker('', 'file://' + path), 'secretText', 'secretJson')`,
  },
  {
    name: 'node:fs',
    code: `
      const fs = await import('node:fs');
      return await tell((path) => ['accessSync', 'existsSync', 'statSync', 'lstatSync', 'realpathSync', 'opendirSync', 'readlinkSync', 'statfsSync', 'watchFile'].map((name) => {
        try { return name + ' ' + typeof fs[name](path); } catch (error) { return error.code + error.message; }
      }), 'secretText', 'directory');`,
  },
  {
    name: 'require.resolve',
    code: `
      const { createRequire } = await import('node:module');
      return await tell((path) => createRequire('file://' + path).resolve(path), 'secretText', 'secretModule');`,
  },
  {
    name: 'require.resolve in a directory',
    code: `
      const { createRequire } = await import('node:module');
      return await tell((path) => createRequire('file://' + path + '/index.js').resolve('./package.json'), 'secretPackage', 'brokenPackage');`,
  },
  {
    name: 'a package that requires itself',
    code: `
      const Module = (await import('node:module')).default;
      return await tell((path) => {
        const module = new Module(path + '/index.js', null);
        module.filename = path + '/index.js';
        module.paths = [];
        return module.require('secret');
      }, 'secretPackage');`,
  },
  {
    name: 'an import of a package',
    code: `
      const Module = (await import('node:module')).default;
      return await tell((path) => {
        const module = new Module(path + '/index.js', null);
        module.filename = path + '/index.js';
        return module.require('#secret');
      }, 'secretPackage', 'brokenPackage');`,
  },
  {
    name: 'how a package says that its modules are written',
    code: `
      const Module = (await import('node:module')).default;
      return await tell((path) => {
        const module = new Module(path + '/index.js', null);
        module.filename = path + '/index.js';
        return module._compile('exports.a = 1; typeof module', module.filename);
      }, 'secretPackage', 'brokenPackage');`,
    uncontrolled: 'Deno does not look at the package then',
  },
  {
    name: 'findPackageJSON',
    code: `
      const { findPackageJSON } = await import('node:module');
      return await tell((path) => findPackageJSON('..', 'file://' + path + '/index.js') ?? findPackageJSON(path), 'secretPackage', 'brokenPackage');`,
    uncontrolled: 'Deno knows no package without npm',
  },
  {
    name: "Node's own search for a path",
    code: `
      const Module = (await import('node:module')).default;
      return await tell((path) => [Module._findPath(path, ['']), Module._stat?.(path)], 'secretText', 'directory');`,
  },
  {
    name: 'a source map of the host',
    code: `return await tell(async (path) => (await errorOf(dataUrl(MADE + '\\n//# sourceMappingURL=file://' + path))).stack.split('\\n')[1].replace(/data:.*/, ''), 'secretMap')`,
  },
  {
    name: 'a relative source, which is resolved',
    code: `return await tell(async (path) => (await errorOf(dataUrl(MADE + inline({ ...mapOf(''), sources: [path] })))).stack.split('\\n')[1].replace(/data:.*/, ''), 'secretText')`,
    uncontrolled: 'nothing is looked up for a data: module',
  },
  {
    name: 'a line beyond the end of the file',
    code: `
      return await tell(async (path) => {
        const error = await errorOf(dataUrl(MADE + inline(mapOf(path, { line: 5000 }))));
        return internals().core.destructureError(error).sourceLine;
      }, 'secretText', 'secretEnvironment');`,
  },
  {
    name: 'the operation that looks how a module is written',
    code: `return await tell((path) => internals().core.ops.op_require_is_maybe_cjs(path + '/index.js'), 'secretPackage', 'brokenPackage')`,
    needsJail: 'Landlock refuses a package.json that is there otherwise than one that is not',
  },
  {
    name: 'operations that take a path',
    code: `
      const { ops } = internals().core;
      const names = ['op_require_stat', 'op_require_is_deno_dir_package', 'op_node_fs_exists_sync', 'op_fs_chdir', 'op_node_load_env_file', 'op_napi_open', 'op_node_in_npm_package', 'op_node_open_sync', 'op_fs_remove_sync'];
      return await tell((path) => names.map((name) => {
        try { return name + typeof ops[name](path, 0, 0); } catch (error) { return name + error.message; }
      }), 'secretText', 'directory', 'secretEnvironment');`,
    uncontrolled: 'with permissions it would remove what others need',
  },
  {
    name: 'operations that look at a file',
    code: `
      const { ops } = internals().core;
      return await tell((path) => ['op_fs_stat_sync', 'op_fs_lstat_sync'].map((name) => {
        try { return name + typeof ops[name](path, new Uint32Array(64)); } catch (error) { return name + error.message; }
      }), 'secretText', 'directory', 'secretEnvironment');`,
  },
  {
    name: 'node:sqlite',
    code: `
      const { DatabaseSync } = await import('node:sqlite');
      return await tell((path) => new DatabaseSync(path, { readOnly: true }).location(), 'secretText', 'directory');`,
  },
  {
    name: 'node:sqlite, attached',
    code: `
      const { DatabaseSync } = await import('node:sqlite');
      return await tell((path) => new DatabaseSync(':memory:').exec("attach 'file:" + path + "?mode=ro' as a; select * from a.sqlite_master"), 'secretText', 'directory');`,
    uncontrolled: 'Deno attaches none',
  },
  {
    name: 'node:sqlite, an extension',
    code: `
      const { DatabaseSync } = await import('node:sqlite');
      return await tell((path) => new DatabaseSync(':memory:', { allowExtension: true }).loadExtension(path), 'secretText', 'directory');`,
    uncontrolled: 'SQLite says the same of both',
  },
  {
    name: 'node:wasi',
    code: `
      const { WASI } = await import('node:wasi');
      return await tell((path) => Object.keys(new WASI({ version: 'preview1', preopens: { '/': path } })).length, 'directory', 'secretText');`,
    uncontrolled: 'Deno opens none',
  },
  {
    name: 'process.loadEnvFile',
    code: `
      const process = (await import('node:process')).default;
      return await tell((path) => process.loadEnvFile(path), 'secretVariables', 'directory');`,
  },
  {
    name: 'process.dlopen',
    code: `
      const process = (await import('node:process')).default;
      return await tell((path) => process.dlopen({ exports: {} }, path), 'secretText', 'directory');`,
  },
  {
    name: 'process.report',
    code: `
      const process = (await import('node:process')).default;
      return await tell((path) => process.report.writeReport(path), 'directory');`,
    uncontrolled: 'Deno writes none',
  },
  {
    name: 'the inspector',
    code: `
      const { Session } = await import('node:inspector');
      return await tell((path) => new Promise((resolve, reject) => {
        const session = new Session();
        session.connect();
        session.post('Network.loadNetworkResource', { url: 'file://' + path, options: { disableCache: true, includeCredentials: false } }, (error, answer) => error ? reject(error) : resolve(answer));
      }), 'secretText');`,
    uncontrolled: 'the inspector loads no files',
  },
  {
    name: 'the compile cache',
    code: `
      const module = await import('node:module');
      return await tell((path) => [module.enableCompileCache?.(path), module.getCompileCacheDir?.(), module.flushCompileCache?.()], 'directory', 'secretText');`,
    uncontrolled: 'not in Deno',
  },
  {
    name: 'cached data of a script',
    code: `
      const { Script } = await import('node:vm');
      return await tell((path) => new Script('1', { filename: path, cachedData: new Uint8Array(8), produceCachedData: true }).cachedDataRejected, 'secretText');`,
    uncontrolled: 'nothing is looked up',
  },
  {
    name: 'Deno.openKv',
    code: `return await tell((path) => Deno.openKv(path), 'secretText', 'directory')`,
    uncontrolled: 'needs a flag',
  },
  {
    name: 'the time zone',
    code: `
      return await tell((path) => [':' + path, path, '../../../../../../..' + path].map((zone) => {
        Deno.env.set('TZ', zone);
        return String(new Date(0)) + Intl.DateTimeFormat().resolvedOptions().timeZone;
      }), 'secretText', 'directory');`,
    uncontrolled: 'V8 looks up names only',
  },
  {
    name: 'certificates',
    code: `return await tell((path) => Deno.createHttpClient({ caCerts: [path], cert: path, key: path, proxy: { url: 'file://' + path } }), 'secretText')`,
    uncontrolled: 'these are texts, not paths',
  },
  {
    name: "V8's own files",
    code: `
      const v8 = await import('node:v8');
      return await tell((path) => {
        for (const flag of ['experimental-wasm-pgo-from-file', 'turbo-profiling-output', 'redirect-code-traces-to', 'heap-snapshot-path', 'dump-wasm-module-path', 'logfile']) v8.setFlagsFromString('--' + flag + '=' + path);
        for (const flag of ['experimental-wasm-pgo-from-file', 'redirect-code-traces', 'dump-wasm-module', 'log-all']) v8.setFlagsFromString('--' + flag);
        return String(new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])));
      }, 'secretText', 'directory');`,
    uncontrolled: 'Deno ignores these',
  },
];

/** Learning whether there is a file, from how Deno refuses. */
export const existence: readonly Attempt[] = ATTEMPTS.map((attempt) => ({
  ...attempt,
  code: SOURCE_MAPS + TELL + attempt.code,
  refusal: SAME,
}));
