import type { Runtime } from '../api/operations.ts';
import { boundsOf, LIMIT_FIELDS, shown } from '../program/limits.ts';
import { languageWord } from '../words.ts';

/** The languages of a server: versions, limits, and what it cannot do for them. */
export function Languages({ runtimes }: { readonly runtimes: readonly Runtime[] }) {
  return (
    <>
      <table class="languages">
        <thead>
          <tr>
            <th scope="col">Language</th>
            <th scope="col">Version</th>
            {LIMIT_FIELDS.map(({ name, label, unit }) => (
              <th scope="col" key={name}>
                {label} ({unit})
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {runtimes.map((runtime) => (
            <Language key={runtime.language} runtime={runtime} />
          ))}
        </tbody>
      </table>
      <p class="muted">Limits: the default, and from the minimum to the maximum.</p>
      <h2>What they cannot do</h2>
      {groupNotes(runtimes).map(({ languages, notes }) => (
        <section key={languages.join()} aria-label={`Notes on ${titleOf(languages, runtimes)}`}>
          <h3>{titleOf(languages, runtimes)}</h3>
          <ul class="notes">
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function Language({ runtime }: { readonly runtime: Runtime }) {
  const { language, version, isDefault } = runtime;
  return (
    <tr>
      <th scope="row">
        {languageWord(language)}
        {isDefault && <span class="muted"> (default)</span>}
      </th>
      <td data-label="Version">{version}</td>
      {LIMIT_FIELDS.map((field) => {
        const { minimum, initial, maximum } = boundsOf(field, runtime);
        return (
          <td key={field.name} data-label={`${field.label} (${field.unit})`}>
            {shown(initial)}{' '}
            <span class="muted">
              {shown(minimum)} to {shown(maximum)}
            </span>
          </td>
        );
      })}
    </tr>
  );
}

/** Notes that the same languages have. */
export interface NoteGroup {
  readonly languages: readonly string[];
  readonly notes: readonly string[];
}

/** Every note once, with those of most languages first: fifteen languages share most of theirs. */
export function groupNotes(runtimes: readonly Pick<Runtime, 'language' | 'notes'>[]): NoteGroup[] {
  const languagesOf = new Map<string, string[]>();
  for (const { language, notes } of runtimes)
    for (const note of notes) languagesOf.set(note, [...(languagesOf.get(note) ?? []), language]);
  const groups = Map.groupBy(languagesOf, ([, languages]) => languages.join());
  return [...groups.values()]
    .map((group) => ({ languages: group[0]?.[1] ?? [], notes: group.map(([note]) => note) }))
    .sort((a, b) => b.languages.length - a.languages.length);
}

function titleOf(languages: readonly string[], runtimes: readonly Runtime[]): string {
  if (languages.length === runtimes.length && languages.length > 1) return 'Every language';
  return languages.map(languageWord).join(', ');
}
