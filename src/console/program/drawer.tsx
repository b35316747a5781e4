import { useSignal } from '@preact/signals';
import { FILES_BYTES, FILES_COUNT } from '../../bounds.ts';
import type { Runtime } from '../api/operations.ts';
import { bytes, languageWord } from '../words.ts';
import type { Draft } from './draft.ts';
import { isAbout, PairsField, Section, TextField } from './fields.tsx';
import { addFiles, FileError } from './files.ts';
import { boundsOf, LIMIT_FIELDS, type LimitField, shown } from './limits.ts';
import { argumentsOf, keepsStdinOpen, submitFailure } from './submission.ts';

interface DrawerProps {
  readonly draft: Draft;
  /** Undefined until the server told its languages. */
  readonly runtime: Runtime | undefined;
}

/** All that goes with a program, each part closed until it is wanted. */
export function Drawer({ draft, runtime }: DrawerProps) {
  const { args, stdin, files, env, labels, limits } = draft;
  const changedLimits = LIMIT_FIELDS.filter(({ name }) => limits.value[name] !== '');
  return (
    <div class="drawer">
      <Section title="Arguments" field="args" summary={argumentsOf(args.value).join(' ')}>
        <TextField label="One a line" value={args} rows={3} />
      </Section>
      <Section title="Standard input" field="stdin" summary={count(stdin.value.length, 'character')}>
        <TextField label="What the program reads first" value={stdin} rows={4} />
        <label class="check">
          <input
            type="checkbox"
            disabled={runtime?.stdinOpen !== true}
            checked={keepsStdinOpen(draft, runtime)}
            onChange={(event) => {
              draft.stdinOpen.value = event.currentTarget.checked;
            }}
          />
          Stays open behind that, to type more while the program runs
        </label>
        {runtime?.stdinOpen === false && (
          <p class="muted">This server cannot keep it open for {languageWord(runtime.language)}.</p>
        )}
      </Section>
      <Section title="Files" field="files" summary={files.value.map(({ path }) => path).join(', ')}>
        <FilesField draft={draft} />
      </Section>
      <Section title="Environment" field="env" summary={env.value.map(({ name }) => name).join(' ')}>
        <PairsField noun="variable" pairs={env} />
        <p class="muted">
          Values are secrets: this page forgets them with a reload, the server when the program has started.
        </p>
      </Section>
      <Section
        title="Limits"
        field="limits"
        summary={changedLimits
          .map(({ name, label, unit }) => `${label.toLowerCase()} ${limits.value[name]} ${unit}`)
          .join(', ')}
      >
        {runtime ? (
          <div class="limits">
            {LIMIT_FIELDS.map((field) => (
              <Limit key={field.name} field={field} draft={draft} runtime={runtime} />
            ))}
          </div>
        ) : (
          <p class="muted">The server has not told its limits yet.</p>
        )}
      </Section>
      <Section title="Labels" field="labels" summary={labels.value.map(({ name }) => name).join(' ')}>
        <PairsField noun="label" pairs={labels} />
      </Section>
    </div>
  );
}

interface LimitProps {
  readonly field: LimitField;
  readonly draft: Draft;
  readonly runtime: Runtime;
}

function Limit({ field, draft, runtime }: LimitProps) {
  const { name, label, unit } = field;
  const { minimum, initial, maximum } = boundsOf(field, runtime);
  const path = `limits.${name}`;
  const isRefused = isAbout(submitFailure.value?.field ?? null, path);
  return (
    <div class="limit">
      <label for={path}>
        {label} ({unit})
      </label>
      <input
        id={path}
        inputMode="decimal"
        placeholder={shown(initial)}
        value={draft.limits.value[name]}
        aria-describedby={`${path}.bounds`}
        aria-invalid={isRefused}
        onInput={(event) => {
          draft.limits.value = { ...draft.limits.value, [name]: event.currentTarget.value };
        }}
      />
      <span class="muted" id={`${path}.bounds`}>
        {shown(minimum)} to {shown(maximum)}
      </span>
    </div>
  );
}

function FilesField({ draft }: { readonly draft: Draft }) {
  const failure = useSignal<string | null>(null);
  const add = async (input: HTMLInputElement): Promise<void> => {
    failure.value = await addTo(draft, [...(input.files ?? [])]);
    input.value = '';
  };
  return (
    <>
      <p class="muted">
        Beside the program, up to {FILES_COUNT} files and {bytes(FILES_BYTES)}. Drop them anywhere on the
        page.
      </p>
      <ul class="files">
        {draft.files.value.map((file, index) => (
          <li key={index} class="pair">
            <input
              aria-label={`Path of file ${index + 1}`}
              value={file.path}
              onInput={(event) => {
                const path = event.currentTarget.value;
                draft.files.value = draft.files.value.map((other, at) =>
                  at === index ? { ...other, path } : other,
                );
              }}
            />
            <span class="muted">{bytes(file.bytes)}</span>
            <button
              type="button"
              class="plain"
              aria-label={`Remove ${file.path}`}
              onClick={() => {
                draft.files.value = draft.files.value.filter((other) => other !== file);
              }}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      <label class="small button">
        Add files
        <input type="file" multiple class="hidden" onChange={(event) => void add(event.currentTarget)} />
      </label>
      {failure.value !== null && (
        <p class="failure" role="alert">
          {failure.value}
        </p>
      )}
    </>
  );
}

/** Adds files to the draft. Resolves to a sentence when they cannot be added, else to null. */
export async function addTo(draft: Draft, added: readonly File[]): Promise<string | null> {
  try {
    draft.files.value = await addFiles(draft.files.value, added);
    return null;
  } catch (error) {
    if (error instanceof FileError) return error.message;
    throw error;
  }
}

function count(number: number, noun: string): string {
  if (number === 0) return '';
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
