import type { Body } from './blocks.ts';

/** What a module takes and gives. */
export interface Module {
  readonly variables: Readonly<Record<string, readonly Body[]>>;
  readonly outputs: readonly string[];
}

const META = new Set(['source', 'count', 'for_each', 'depends_on', 'providers']);

/**
 * Compares calls of modules with the modules, and `module.name.output` with what they give.
 * @param calls the blocks of each call, by its name
 * @param text all expressions of the root
 * @returns a sentence for each argument that is unknown or missing, and for each output that there is not
 */
export async function checkModules(
  calls: Readonly<Record<string, readonly Body[]>>,
  text: string,
  load: (source: string) => Promise<Module>,
): Promise<string[]> {
  const problems: string[] = [];
  const outputs = new Map<string, readonly string[]>();
  for (const [name, [call = {}]] of Object.entries(calls)) {
    const module = await load(String(call['source']));
    outputs.set(name, module.outputs);
    const known = Object.keys(module.variables);
    const unknown = Object.keys(call).filter((argument) => !META.has(argument) && !known.includes(argument));
    const missing = Object.entries(module.variables)
      .filter(([argument, [variable = {}]]) => !('default' in variable) && !(argument in call))
      .map(([argument]) => argument);
    problems.push(
      ...unknown.map((one) => `module.${name}: expected one of ${known.join(', ')}, got ${one}.`),
      ...missing.map((one) => `module.${name}: expected ${one}, got nothing.`),
    );
  }
  for (const [reference, name = '', output = ''] of text.matchAll(/\bmodule\.(\w+)\.(\w+)/g)) {
    if (!outputs.get(name)?.includes(output)) problems.push(`${reference}: there is no such output.`);
  }
  return problems;
}
