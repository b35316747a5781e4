import { COMPILE_LIMITS, type Language } from './language.ts';

export const javascript: Language = {
  name: 'javascript',
  aliases: ['js', 'mjs', 'cjs', 'node', 'nodejs'],
  extensions: ['.js', '.mjs', '.cjs'],
  defaultFileName: 'main.js',
  launcher: 'javascript',
  image: 'node:24-slim',
  commands: {
    run: ['node', '{file}'],
    compile: null,
    compileLimits: COMPILE_LIMITS,
    prepare: null,
    version: ['node', '--version'],
    env: {},
  },
  warmUp: [],
  isRequired: false,
  notes: [],
};
