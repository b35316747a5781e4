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
