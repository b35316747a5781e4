import { useComputed } from '@preact/signals';
import { draft, NO_LIMITS } from '../program/draft.ts';
import { SubmitFailureNotice } from '../program/draft-pane.tsx';
import { Editor } from '../program/editor.tsx';
import { LIMIT_FIELDS, limitWords } from '../program/limits.ts';
import { type Submitted, submitFailure } from '../program/submission.ts';
import { navigate } from '../router.tsx';
import { contextWords, languageWord, moment } from '../words.ts';
import type { Run } from './run.ts';

/** The program of an execution that is looked at. */
export function ProgramPane({ run }: { readonly run: Run }) {
  const submitted = run.submitted.value;
  const shown = useComputed(() => run.submitted.value?.code ?? '');
  if (submitted === null) return <section class="program" aria-label="Program" />;
  const { language, createdAt } = submitted;
  return (
    <section class="program shown" aria-label="Program">
      <div class="toolbar">
        <strong>{languageWord(language)}</strong>
        <span class="muted">{moment(createdAt)}</span>
        <span class="spring" />
        <button type="button" onClick={() => edit(submitted)}>
          Edit a copy
        </button>
      </div>
      <SubmitFailureNotice failure={submitFailure.value} />
      <Editor code={shown} language={language} />
      <Facts submitted={submitted} />
    </section>
  );
}

function Facts({ submitted: { args, labels, limits, session, context } }: { readonly submitted: Submitted }) {
  return (
    <dl class="facts">
      {session !== null && <Fact name="Session" value={contextWords(context)} />}
      {args.length > 0 && <Fact name="Arguments" value={args.join(' ')} />}
      {labels.length > 0 && (
        <Fact name="Labels" value={labels.map(({ name, value }) => `${name}=${value}`).join(' ')} />
      )}
      <Fact name="Limits" value={LIMIT_FIELDS.map(({ name }) => limitWords(name, limits[name])).join(', ')} />
    </dl>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function edit({ language, code, args, stdinOpen, labels }: Submitted): void {
  draft.fill({ language, code, args: args.join('\n'), stdin: '', stdinOpen, labels, limits: NO_LIMITS });
  navigate('/');
}
