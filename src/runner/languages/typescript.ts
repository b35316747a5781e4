import { javascript } from './javascript.ts';
import type { Language } from './language.ts';

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
