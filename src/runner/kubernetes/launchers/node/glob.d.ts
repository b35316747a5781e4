/** As `src/executions/files/glob.ts` has it. */
export class Glob {
  constructor(text: string);
  matches(path: readonly string[]): boolean;
  leadsBelow(folder: readonly string[]): boolean;
}
