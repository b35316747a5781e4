import { useLayoutEffect, useRef } from 'preact/hooks';
import { runtimeOf } from '../runtimes.ts';
import type { Run } from './run.ts';

/** Where a program's standard input is typed for as long as it is open. Keys do what they do at a terminal. */
export function StdinLine({ run }: { readonly run: Run }) {
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => () => leaveFocus(form.current), []);
  const { field } = run.stdin;
  const press = (event: KeyboardEvent): void => {
    const isControl = event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === 'Enter' && !event.shiftKey && !isControl && !event.metaKey && !event.isComposing)
      run.type(false);
    else if (isControl && event.key === 'd') run.type(true);
    else if (isControl && event.key === 'c' && mayInterrupt(run) && !hasSelection(event.currentTarget))
      void run.interrupt();
    else return;
    event.preventDefault();
  };
  return (
    <form
      ref={form}
      class="stdin-line"
      onSubmit={(event) => {
        event.preventDefault();
        run.type(false);
      }}
    >
      <textarea
        rows={1}
        aria-label="Input for the program"
        placeholder="Input for the program"
        title="Enter sends, Ctrl-D ends input, Ctrl-C interrupts"
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        enterkeyhint="send"
        value={field.value}
        onInput={(event) => {
          field.value = event.currentTarget.value;
        }}
        onKeyDown={press}
      />
      <button type="submit">Send</button>
      <button type="button" aria-keyshortcuts="Control+D" title="Ctrl-D" onClick={() => run.type(true)}>
        End input
      </button>
    </form>
  );
}

/** Whether the server can interrupt programs in the execution's language. */
export function mayInterrupt(run: Run): boolean {
  const language = run.submitted.value?.language;
  return language !== undefined && runtimeOf(language)?.interruptible === true;
}

/** The line goes when input ends: somebody whose focus is in it would have to find the way back from the page's beginning. */
function leaveFocus(form: HTMLFormElement | null): void {
  if (!form?.contains(document.activeElement)) return;
  form.closest('.run, .cell')?.querySelector<HTMLElement>('.terminal')?.focus();
}

/** Something is selected: Ctrl-C copies it. */
function hasSelection(element: EventTarget | null): boolean {
  return element instanceof HTMLTextAreaElement && element.selectionStart !== element.selectionEnd;
}
