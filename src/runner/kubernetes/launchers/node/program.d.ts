/** See program.js; taken as text. */
export function becomeProgram(
  warmUps: { readonly [fileName: string]: string },
  whenTold?: string | null,
): Promise<void>;
export const CELLS_FLAGS: readonly string[];
export const WARM_UPS: { readonly [fileName: string]: string };
