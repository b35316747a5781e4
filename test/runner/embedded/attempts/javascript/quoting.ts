import type { Attempt } from '../attempt.ts';
import { SOURCE_MAPS } from './source-maps.ts';

const NOTHING = 'Nothing was quoted';

/** Lines of a host's file that Deno quotes in an error, where the program itself can read them. */
export const quoting: readonly Attempt[] = [
  {
    name: 'a data: module, an inline map',
    code: `return quoteOf(await errorOf(dataUrl(MADE + inline(mapOf(host.secretText)))))`,
    refusal: NOTHING,
  },
  {
    name: 'a data: module in TypeScript',
    code: `return quoteOf(await errorOf(dataUrl(MADE + ' as unknown' + inline(mapOf(host.secretText)), 'application/typescript')))`,
    refusal: NOTHING,
  },
  {
    name: 'a blob: module',
    code: `return quoteOf(await errorOf(blobUrl(MADE + inline(mapOf(host.secretText)))))`,
    refusal: NOTHING,
  },
  {
    name: 'an error that a module throws',
    code: `return quoteOf(await import(dataUrl('throw new Error("made")' + inline(mapOf(host.secretText)))).catch((error) => error))`,
    refusal: NOTHING,
  },
  {
    name: 'the environment of another process',
    code: `return quoteOf(await errorOf(dataUrl(MADE + inline(mapOf(host.secretEnvironment)))))`,
    refusal: NOTHING,
  },
  {
    name: 'a map whose sources have a root',
    code: `return quoteOf(await errorOf(dataUrl(MADE + inline({ ...mapOf(''), sources: ['secret.txt'], sourceRoot: 'file://' + host.directory + '/' }))))`,
    refusal: NOTHING,
  },
  {
    name: 'a map whose content is said to be absent',
    code: `return quoteOf(await errorOf(dataUrl(MADE + inline(mapOf(host.secretText, { sourcesContent: [null] })))))`,
    refusal: NOTHING,
  },
  {
    name: 'a map with a content of its own',
    code: `return quoteOf(await errorOf(dataUrl(MADE + inline(mapOf(host.secretText, { sourcesContent: ['a lie'] })))))`,
    refusal: NOTHING,
  },
  {
    name: 'a map of maps',
    code: `return quoteOf(await errorOf(dataUrl(MADE + inline({ version: 3, sections: [{ offset: { line: 0, column: 0 }, map: mapOf(host.secretText) }] }))))`,
    refusal: NOTHING,
    uncontrolled: 'Deno does not apply these',
  },
  {
    name: 'a map in a URL that is not base64',
    code: `return quoteOf(await errorOf(dataUrl(MADE + '\\n//# sourceMappingURL=' + dataUrl(JSON.stringify(mapOf(host.secretText)), 'application/json'))))`,
    refusal: NOTHING,
    uncontrolled: 'Deno reads base64 only',
  },
  {
    name: 'a map in a file of the host',
    code: `
      const { stack } = await errorOf(dataUrl(MADE + '\\n//# sourceMappingURL=file://' + host.secretMap));
      const source = stack.match(/file:...[0-9a-f]{32}/);
      if (source === null) throw new Error('${NOTHING}');
      return source[0];`,
    refusal: NOTHING,
  },
  {
    name: 'a script named after the file',
    code: `
      const { Script } = await import('node:vm');
      try { new Script('throw Error("made")', { filename: 'file://' + host.secretText }).runInThisContext(); } catch (error) { return quoteOf(error); }`,
    refusal: NOTHING,
  },
  {
    name: 'a function named after the file',
    code: `
      const { compileFunction } = await import('node:vm');
      try { compileFunction('throw Error("made")', [], { filename: 'file://' + host.secretText })(); } catch (error) { return quoteOf(error); }`,
    refusal: NOTHING,
  },
  {
    name: 'a module named after the file',
    code: `
      const { SourceTextModule } = await import('node:vm');
      const module = new SourceTextModule('throw Error("made")', { identifier: 'file://' + host.secretText });
      await module.link(() => {});
      return await module.evaluate().then(() => '', quoteOf);`,
    refusal: NOTHING,
  },
  {
    name: 'a CommonJS module named after the file',
    code: `
      const Module = (await import('node:module')).default;
      try { new Module(host.secretText, null)._compile('throw Error("made")', host.secretText); } catch (error) { return quoteOf(error); }`,
    refusal: NOTHING,
  },
  {
    name: 'eval with a sourceURL',
    code: `try { (0, eval)('throw Error("made")\\n//# sourceURL=file://' + host.secretText); } catch (error) { return quoteOf(error); }`,
    refusal: NOTHING,
    uncontrolled: 'Deno names no such script',
  },
  {
    name: 'eval with an inline map',
    code: `try { (0, eval)('throw Error("made")' + inline(mapOf(host.secretText))); } catch (error) { return quoteOf(error); }`,
    refusal: NOTHING,
    uncontrolled: 'Deno applies none to eval',
  },
  {
    name: "Deno's own evaluation of a script",
    code: `
      const [, failure] = Deno[Deno.internal]?.core.evalContext('throw Error("made")', 'file://' + host.secretText) ?? [];
      if (failure === undefined) throw new Error('${NOTHING}');
      return quoteOf(failure.thrown);`,
    refusal: NOTHING,
  },
  {
    name: 'in a Worker',
    code: `
      const quote = await inWorker('postMessage(Deno[Deno.internal].core.destructureError(new Error("made")).sourceLine ?? "")' + inline(mapOf(host.secretText)));
      if (quote === '') throw new Error('${NOTHING}');
      return quote;`,
    refusal: NOTHING,
  },
  {
    name: 'in a Worker, through node:vm',
    code: `
      const quote = await inWorker(
        'import { Script } from "node:vm"; try { new Script("throw Error(1)", { filename: "file://' + host.secretText + '" }).runInThisContext() }' +
        'catch (error) { postMessage(Deno[Deno.internal].core.destructureError(error).sourceLine ?? "") }');
      if (quote === '') throw new Error('${NOTHING}');
      return quote;`,
    refusal: NOTHING,
  },
  {
    name: 'Error.prepareStackTrace',
    code: `
      const error = await errorOf(dataUrl('export default () => new Error("made")' + inline(mapOf(host.secretText))));
      const { prepareStackTrace } = Error;
      try {
        Error.prepareStackTrace = (_, sites) => sites.map((site) => [site.getFileName(), site.getFunctionName(), site.getEvalOrigin(), String(site.getFunction()), String(site.getThis())].join()).join();
        throw new Error('${NOTHING}' + (error().stack.length === 0));
      } finally { Error.prepareStackTrace = prepareStackTrace; }`,
    refusal: NOTHING,
    uncontrolled: 'there are no lines in call sites',
  },
  {
    name: 'a clone of an error',
    code: `return quoteOf(structuredClone(await errorOf(dataUrl(MADE + inline(mapOf(host.secretText))))))`,
    refusal: NOTHING,
    uncontrolled: 'a clone has no call sites',
  },
  {
    name: 'a WebAssembly module with a source map',
    code: `
      const section = (id, content) => [id, content.length, ...content];
      const text = (value) => [value.length, ...new TextEncoder().encode(value)];
      const long = (content) => [0, content.length % 128 + 128, content.length >> 7, ...content];
      const url = 'data:application/json;base64,' + btoa(JSON.stringify(mapOf(host.secretText)));
      const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, ...section(1, [1, 0x60, 0, 0]), ...section(3, [1, 0]), ...section(7, [1, 1, 97, 0, 0]), ...section(10, [1, 3, 0, 0, 11]),
        ...section(0, [...text('name'), ...section(0, text('file://' + host.secretText))]),
        ...long([...text('sourceMappingURL'), url.length % 128 + 128, url.length >> 7, ...new TextEncoder().encode(url)])]);
      const quotes = [];
      const { instance } = await WebAssembly.instantiate(bytes);
      const { a } = await import('data:application/wasm;base64,' + btoa(String.fromCharCode(...bytes)));
      for (const trap of [instance.exports.a, a]) {
        try { trap(); } catch (error) { quotes.push(Deno[Deno.internal]?.core.destructureError(error).sourceLine ?? ''); }
      }
      const told = quotes.filter((quote) => quote !== '' && !quote.includes('trap'));
      if (told.length === 0) throw new Error('${NOTHING}');
      return told;`,
    refusal: NOTHING,
    uncontrolled: 'Deno applies none to WebAssembly',
  },
  {
    name: 'findSourceMap',
    code: `
      const { findSourceMap } = await import('node:module');
      const found = [host.secretText, host.secretMap, 'file://' + host.secretMap].map((path) => findSourceMap(path)).filter((map) => map !== undefined);
      if (found.length === 0) throw new Error('${NOTHING}');
      return found.length;`,
    refusal: NOTHING,
    uncontrolled: 'Deno knows none',
  },
].map((attempt) => ({ ...attempt, code: SOURCE_MAPS + attempt.code }));
