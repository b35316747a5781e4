import { effect, type Signal, signal } from '@preact/signals';
import { firstExample, isExample } from './examples.ts';

/** A name and a value, as they are written in two fields. */
export interface Pair {
  readonly name: string;
  readonly value: string;
}

/** A file that goes with the program. */
export interface DraftFile {
  readonly path: string;
  readonly base64: string;
  readonly bytes: number;
}

/** The limits by name, as they are written; what is empty has the language's default. */
export type LimitTexts = { readonly [name in LimitName]: string };
export type LimitName = 'timeoutMs' | 'memoryMb' | 'cpuMillis' | 'outputBytes';
export const NO_LIMITS: LimitTexts = { timeoutMs: '', memoryMb: '', cpuMillis: '', outputBytes: '' };

/** What a draft is filled with. */
export interface DraftContent {
  readonly language: string;
  readonly code: string;
  /** One a line. */
  readonly args: string;
  readonly stdin: string;
  /** Whether standard input stays open behind that; null: when there is none to begin with. */
  readonly stdinOpen: boolean | null;
  readonly labels: readonly Pair[];
  readonly limits: LimitTexts;
}

const STORED = 'podline.draft';
/** Code units that are kept for a reload; browsers keep 5 MiB for all of a page. */
const STORED_LENGTH = 1024 * 1024;

/** The program that is being written. One for the tab: whichever address is shown, it stays. */
export class Draft {
  readonly language: Signal<string>;
  readonly code: Signal<string>;
  readonly args: Signal<string>;
  readonly stdin: Signal<string>;
  readonly stdinOpen: Signal<boolean | null>;
  readonly labels: Signal<readonly Pair[]>;
  readonly limits: Signal<LimitTexts>;
  /** Secrets, perhaps: not kept over a reload. */
  readonly env = signal<readonly Pair[]>([]);
  /** Not kept over a reload. */
  readonly files = signal<readonly DraftFile[]>([]);
  /** The execution that was made of it last; null before the first. */
  readonly runId: Signal<string | null>;

  constructor({
    language,
    code,
    args,
    stdin,
    stdinOpen,
    labels,
    limits,
    runId,
  }: DraftContent & { runId: string | null }) {
    this.language = signal(language);
    this.code = signal(code);
    this.args = signal(args);
    this.stdin = signal(stdin);
    this.stdinOpen = signal(stdinOpen);
    this.labels = signal(labels);
    this.limits = signal(limits);
    this.runId = signal(runId);
  }

  /** Takes the place of all that was written. */
  fill({ language, code, args, stdin, stdinOpen, labels, limits }: DraftContent): void {
    this.language.value = language;
    this.code.value = code;
    this.args.value = args;
    this.stdin.value = stdin;
    this.stdinOpen.value = stdinOpen;
    this.labels.value = labels;
    this.limits.value = limits;
    this.env.value = [];
    this.files.value = [];
    this.runId.value = null;
  }

  /** Another language; an example that nobody touched gives way to one of that language. */
  choose(language: string): void {
    if (isExample(this.code.value)) this.code.value = firstExample(language);
    this.language.value = language;
  }

  /** What is kept over a reload. */
  content(): DraftContent & { runId: string | null } {
    return {
      language: this.language.value,
      code: this.code.value,
      args: this.args.value,
      stdin: this.stdin.value,
      stdinOpen: this.stdinOpen.value,
      labels: this.labels.value,
      limits: this.limits.value,
      runId: this.runId.value,
    };
  }
}

/** The tab's draft, as it was before the last reload. */
export const draft = new Draft(readStored());

effect(() => {
  const text = JSON.stringify(draft.content());
  if (text.length <= STORED_LENGTH) sessionStorage.setItem(STORED, text);
});

function readStored(): DraftContent & { runId: string | null } {
  const fresh = { language: 'python', code: firstExample('python'), args: '', stdin: '', labels: [] };
  const empty = { ...fresh, stdinOpen: null, limits: NO_LIMITS, runId: null };
  try {
    return { ...empty, ...JSON.parse(sessionStorage.getItem(STORED) ?? '{}') };
  } catch {
    return empty;
  }
}
