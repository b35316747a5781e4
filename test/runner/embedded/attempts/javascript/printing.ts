import type { Attempt } from '../attempt.ts';
import { SOURCE_MAPS } from './source-maps.ts';

/** Lines of a host's file that Deno quotes when it prints an error that nobody has caught. */
const SOURCES: readonly (Pick<Attempt, 'name' | 'prints' | 'uncontrolled'> & { readonly throws: string })[] =
  [
    { name: 'an error', throws: `'throw new Error("made")' + inline(mapOf(host.secretText))` },
    { name: 'a rejection', throws: `'Promise.reject(new Error("made"))' + inline(mapOf(host.secretText))` },
    {
      name: 'an error of a timer',
      throws: `'setTimeout(() => { throw new Error("made"); })' + inline(mapOf(host.secretText))`,
    },
    { name: 'reportError', throws: `'reportError(new Error("made"))' + inline(mapOf(host.secretText))` },
    {
      name: 'an error and its cause',
      throws: `'throw new Error("made", { cause: new Error("cause") })' + inline(mapOf(host.secretText))`,
    },
    {
      name: 'an error of errors',
      throws: `'throw new AggregateError([new Error("made")])' + inline(mapOf(host.secretText))`,
    },
    {
      name: 'an error in the environment of another process',
      throws: `'throw new Error("made")' + inline(mapOf(host.secretEnvironment))`,
    },
    {
      name: 'an error of a script named after the file',
      throws: `'import { Script } from "node:vm"; new Script("throw Error(1)", { filename: "file://' + host.secretText + '" }).runInThisContext()'`,
    },
    {
      name: 'an error of a map of maps',
      throws: `'throw new Error("made")' + inline({ version: 3, sections: [{ offset: { line: 0, column: 0 }, map: mapOf(host.secretText) }] })`,
      uncontrolled: 'Deno does not apply these',
    },
    {
      name: 'an error beyond the end of the file',
      throws: `'throw new Error("made")' + inline(mapOf(host.secretText, { line: 5000 }))`,
      prints: 'existence',
    },
    {
      name: 'an error in a directory',
      throws: `'throw new Error("made")' + inline(mapOf(host.directory))`,
      uncontrolled: 'a directory has no lines',
    },
    {
      name: 'an error of a map in a file of the host',
      throws: `'throw new Error("made")\\n//# sourceMappingURL=file://' + host.secretMap`,
    },
    {
      name: 'console.error, console.trace and all',
      throws: `'const error = new Error("made"); console.error(error); console.trace(error); console.assert(false, error); console.log(Deno.inspect(error)); console.dir(error); throw 1' + inline(mapOf(host.secretText))`,
      uncontrolled: 'the console quotes nothing',
    },
  ];

export const printing: readonly Attempt[] = [
  ...SOURCES.map(({ name, throws, ...rest }) => ({
    ...rest,
    name: `${name} in a Worker`,
    code: `return await throwInWorker(${throws})`,
  })),
  {
    name: 'an error in a Worker of a blob: URL, in TypeScript',
    code: `return await throwInWorker('', blobUrl('throw new Error("made" as string)' + inline(mapOf(host.secretText)), 'application/typescript'))`,
  },
  {
    name: 'an error in a Worker of a Worker',
    code: `return await throwInWorker('new Worker(' + JSON.stringify(dataUrl('throw new Error("made")' + inline(mapOf(host.secretText)))) + ', { type: "module" })')`,
  },
  {
    name: 'an error in a Worker of Node',
    code: `
      const { Worker } = await import('node:worker_threads');
      const worker = new Worker(new URL(dataUrl('throw new Error("made")' + inline(mapOf(host.secretText)))));
      await new Promise((resolve) => worker.on('error', resolve).on('exit', resolve));
      throw new Error('Whatever that printed is seen from outside');`,
    uncontrolled: 'Deno prints none that is listened to',
  },
  {
    name: 'console.error and console.trace',
    code: `
      const error = await errorOf(dataUrl(MADE + inline(mapOf(host.secretText))));
      console.error(error);
      console.trace(error);
      Deno.stderr.writeSync(new TextEncoder().encode(Deno.inspect(error)));
      throw new Error('Whatever that printed is seen from outside');`,
    uncontrolled: 'the console quotes nothing',
  },
].map(({ code, ...attempt }) => ({
  prints: 'secret' as const,
  ...attempt,
  code: SOURCE_MAPS + code,
  refusal: 'seen from outside',
}));
