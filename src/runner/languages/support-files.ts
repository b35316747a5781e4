import { fileURLToPath } from 'node:url';

const file = (name: string): string => fileURLToPath(new URL(`support/${name}`, import.meta.url));

/** Files that commands of records name, below `/podline` wherever those are run; by name, with their paths here. */
export const SUPPORT_FILES: { readonly [name: string]: string } = {
  'line_buffered.rb': file('line_buffered.rb'),
  'LineBuffered.pm': file('LineBuffered.pm'),
};
