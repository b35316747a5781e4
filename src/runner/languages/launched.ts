import { COMPILE_LIMITS, type Language } from './language.ts';

export const python: Language = {
  name: 'python',
  aliases: ['py', 'python3', 'py3'],
  extensions: ['.py'],
  defaultFileName: 'main.py',
  launcher: 'python',
  image: 'python:3.13-slim',
  commands: {
    run: ['python3', '{file}'],
    compile: null,
    compileLimits: COMPILE_LIMITS,
    prepare: null,
    version: ['python3', '--version'],
    env: {},
  },
  warmUp: [],
  isRequired: false,
  notes: [],
};

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

export const typescript: Language = {
  name: 'typescript',
  aliases: ['ts'],
  extensions: ['.ts', '.mts', '.cts'],
  defaultFileName: 'main.ts',
  launcher: javascript.launcher,
  image: javascript.image,
  commands: {
    ...javascript.commands,
    run: ['node', '--experimental-transform-types', '--disable-warning=ExperimentalWarning', '{file}'],
  },
  warmUp: [],
  isRequired: false,
  notes: ['Types are removed, not checked.'],
};
