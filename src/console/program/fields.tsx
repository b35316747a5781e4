import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { Pair } from './draft.ts';
import { submitFailure } from './submission.ts';

/** What the service said of a field, or of a part of it: `env` shows what is wrong with `env[1].name` too. */
function FieldFailure({ field }: { readonly field: string }) {
  const failure = submitFailure.value;
  if (failure === null || !isAbout(failure.field, field)) return null;
  return <p class="failure">{failure.message}</p>;
}

/** Whether a refusal of `refused` belongs to the field. */
export function isAbout(refused: string | null, field: string): boolean {
  return (
    refused !== null &&
    (refused === field || refused.startsWith(`${field}[`) || refused.startsWith(`${field}.`))
  );
}

interface SectionProps {
  readonly title: string;
  /** What the closed section says of its content; empty when there is none. */
  readonly summary: string;
  /** The field of the input that it holds; a refusal of it opens the section. */
  readonly field: string;
  readonly children: ComponentChildren;
}

/** One part of the drawer. */
export function Section({ title, summary, field, children }: SectionProps) {
  const isRefused = isAbout(submitFailure.value?.field ?? null, field);
  return (
    <details class="section" open={isRefused || undefined}>
      <summary>
        {title} <span class="muted">{summary}</span>
      </summary>
      <div class="section-body">
        {children}
        <FieldFailure field={field} />
      </div>
    </details>
  );
}

interface TextProps {
  readonly label: string;
  readonly value: Signal<string>;
  readonly rows: number;
}

export function TextField({ label, value, rows }: TextProps) {
  const id = useId();
  return (
    <>
      <label for={id}>{label}</label>
      <textarea
        id={id}
        rows={rows}
        spellcheck={false}
        value={value.value}
        onInput={(event) => {
          value.value = event.currentTarget.value;
        }}
      />
    </>
  );
}

interface PairsProps {
  /** What one of them is called. */
  readonly noun: string;
  readonly pairs: Signal<readonly Pair[]>;
}

/** Names and values, a line each. */
export function PairsField({ noun, pairs }: PairsProps) {
  const change = (index: number, changed: Partial<Pair>): void => {
    pairs.value = pairs.value.map((pair, at) => (at === index ? { ...pair, ...changed } : pair));
  };
  return (
    <>
      {pairs.value.map(({ name, value }, index) => (
        <div class="pair" key={index}>
          <input
            aria-label={`Name of ${noun} ${index + 1}`}
            placeholder="name"
            value={name}
            onInput={(event) => change(index, { name: event.currentTarget.value })}
          />
          <input
            aria-label={`Value of ${noun} ${index + 1}`}
            placeholder="value"
            value={value}
            onInput={(event) => change(index, { value: event.currentTarget.value })}
          />
          <button
            type="button"
            class="plain"
            aria-label={`Remove ${noun} ${index + 1}`}
            onClick={() => {
              pairs.value = pairs.value.filter((_, at) => at !== index);
            }}
          >
            ×
          </button>
        </div>
      ))}
      <button
        type="button"
        class="small"
        onClick={() => {
          pairs.value = [...pairs.value, { name: '', value: '' }];
        }}
      >
        Add {noun}
      </button>
    </>
  );
}
