import { javascript } from '@codemirror/lang-javascript';
import { php } from '@codemirror/lang-php';
import { python } from '@codemirror/lang-python';
import { indentUnit, StreamLanguage, type StreamParser } from '@codemirror/language';
import { c, cpp, java } from '@codemirror/legacy-modes/mode/clike';
import { go } from '@codemirror/legacy-modes/mode/go';
import { lua } from '@codemirror/legacy-modes/mode/lua';
import { perl } from '@codemirror/legacy-modes/mode/perl';
import { r } from '@codemirror/legacy-modes/mode/r';
import { ruby } from '@codemirror/legacy-modes/mode/ruby';
import { rust } from '@codemirror/legacy-modes/mode/rust';
import { shell } from '@codemirror/legacy-modes/mode/shell';
import { sqlite } from '@codemirror/legacy-modes/mode/sql';
import type { Extension } from '@codemirror/state';

/** What the editor does for each language: colours and one step of indentation, by the language's habits. */
const SUPPORT: { readonly [language: string]: (() => Extension) | undefined } = {
  python: () => [python(), indentUnit.of('    ')],
  javascript: () => [javascript(), indentUnit.of('  ')],
  typescript: () => [javascript({ typescript: true }), indentUnit.of('  ')],
  php: () => [php(), indentUnit.of('    ')],
  bash: () => streamed(shell, '  '),
  c: () => streamed(c, '    '),
  cpp: () => streamed(cpp, '    '),
  go: () => streamed(go, '\t'),
  rust: () => streamed(rust, '    '),
  java: () => streamed(java, '    '),
  ruby: () => streamed(ruby, '  '),
  perl: () => streamed(perl, '    '),
  lua: () => streamed(lua, '  '),
  r: () => streamed(r, '  '),
  sqlite: () => streamed(sqlite, '  '),
};

/** Colours and indentation for a language; one that is not known here is plain text. */
export function supportFor(language: string): Extension {
  return SUPPORT[language]?.() ?? indentUnit.of('  ');
}

function streamed<State>(parser: StreamParser<State>, indentation: string): Extension {
  return [StreamLanguage.define(parser), indentUnit.of(indentation)];
}
