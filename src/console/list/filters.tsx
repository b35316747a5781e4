import type { ComponentChildren } from 'preact';
import { Link, navigate } from '../router.tsx';
import { runtimes } from '../runtimes.ts';
import { ALL_STATUSES, languageWord, statusWord } from '../words.ts';
import { EVERYTHING, type ListAddress, writeAddress } from './filter.ts';

/** Which executions are listed. Each change has an address of its own. */
export function Filters({ address }: { readonly address: ListAddress }) {
  const set = (changed: Partial<ListAddress>): void =>
    navigate(writeAddress({ ...address, ...changed, after: '' }), 'replace');
  const isFiltered = writeAddress({ ...address, after: '' }) !== writeAddress(EVERYTHING);
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()}>
      <Choice
        label="Status"
        value={address.status}
        onChoose={(text) => set({ status: ALL_STATUSES.find((status) => status === text) ?? '' })}
      >
        {ALL_STATUSES.map((status) => (
          <option key={status} value={status}>
            {statusWord(status)}
          </option>
        ))}
      </Choice>
      <Choice label="Language" value={address.language} onChoose={(language) => set({ language })}>
        {runtimes.value.map(({ language }) => (
          <option key={language} value={language}>
            {languageWord(language)}
          </option>
        ))}
      </Choice>
      <label>
        Label
        <input
          type="text"
          placeholder="name=value"
          value={address.label}
          onChange={(event) => set({ label: event.currentTarget.value })}
        />
      </label>
      <Moment label="From" value={address.from} onChoose={(from) => set({ from })} />
      <Moment label="To" value={address.to} onChoose={(to) => set({ to })} />
      {isFiltered && (
        <Link to="/executions" class="button small">
          All
        </Link>
      )}
    </form>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly onChoose: (value: string) => void;
  readonly children: ComponentChildren;
}

function Choice({ label, value, onChoose, children }: ChoiceProps) {
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        <option value="">all</option>
        {children}
      </select>
    </label>
  );
}

type MomentProps = Omit<ChoiceProps, 'children'>;

function Moment({ label, value, onChoose }: MomentProps) {
  return (
    <label>
      {label}
      <input type="datetime-local" value={value} onChange={(event) => onChoose(event.currentTarget.value)} />
    </label>
  );
}
