import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';

/** What a program's first line may say, as JSON behind `#: ` or `//: `. */
interface Header {
  readonly args?: readonly string[];
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Path to text. */
  readonly files?: Readonly<Record<string, string>>;
  /** false: an interpreter of this machine says nothing of what is wanted. */
  readonly native?: boolean;
  readonly want?: Want;
  /** false: its lines come in another order on a runner, at times, so they are compared in alphabetical order. */
  readonly inOrder?: boolean;
}

/** What is wanted instead of what the interpreter does. Null: whatever comes. */
interface Want {
  readonly stdout?: string | null;
  /** Part of stdout. */
  readonly outHas?: string;
  /** stderr; empty by default. */
  readonly err?: string | null;
  /** 0 by default. */
  readonly exitCode?: number;
}

export interface Program {
  readonly name: string;
  readonly language: 'python' | 'javascript' | 'typescript';
  readonly code: string;
  readonly header: Header;
}

const LANGUAGES: Readonly<Record<string, Program['language']>> = {
  '.py': 'python',
  '.js': 'javascript',
  '.ts': 'typescript',
};

/** Throws for a file of no known language, and for a first line that is no JSON. */
export function readProgram(file: string): Program {
  const language = LANGUAGES[extname(file)];
  if (language === undefined) throw new Error(`Expected a program in .py, .js or .ts, got ${file}`);
  const code = readFileSync(file, 'utf8');
  const line = /^(?:#|\/\/): (\{.*\})$/m.exec(code.split('\n', 1)[0] ?? '')?.[1];
  return {
    name: basename(file),
    language,
    code,
    header: line === undefined ? {} : (JSON.parse(line) as Header),
  };
}
