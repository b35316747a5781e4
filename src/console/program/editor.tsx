import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import {
  EditorView,
  highlightActiveLine,
  type KeyBinding,
  keymap,
  lineNumbers,
  placeholder,
} from '@codemirror/view';
import { type ReadonlySignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { dedent } from './dedent.ts';
import { highlighting, theme } from './editor-theme.ts';
import { supportFor } from './highlighting.ts';

interface EditorProps {
  /** Read as it is at each moment: a former text would be written over what was typed since. */
  readonly code: ReadonlySignal<string>;
  readonly language: string;
  /** What it is called. Default: `Program`. */
  readonly label?: string;
  /** Left out: the program can be read only. */
  readonly onChange?: (code: string) => void;
  /** What Shift-Enter and Ctrl-Enter do here; left out: what they do on the page. */
  readonly onRun?: () => void;
  /** Takes the focus whenever this changes. */
  readonly focused?: ReadonlySignal<number>;
}

/**
 * The program, with its language's colours. It lives in a shadow root: there its style sheets are objects of its own and
 * no elements, which the page's policy would refuse.
 */
export function Editor({ code, language, label = 'Program', onChange, onRun, focused }: EditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const change = useRef(onChange);
  change.current = onChange;
  const run = useRef(onRun);
  run.current = onRun;
  const isReadOnly = onChange === undefined;

  useEffect(() => {
    if (host.current === null) return;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' });
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: code.peek(),
        extensions: [
          ...COMMON,
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
          keymap.of(runKeys(() => run.current)),
          ...(isReadOnly ? READ_ONLY : WRITABLE),
          languageSupport.of(supportFor(language)),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) change.current?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [isReadOnly]);

  useSignalEffect(() => {
    const insert = code.value;
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === insert) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert } });
  });

  useSignalEffect(() => {
    if (focused !== undefined && focused.value > 0) view.current?.focus();
  });

  useEffect(() => {
    view.current?.dispatch({ effects: languageSupport.reconfigure(supportFor(language)) });
  }, [language]);

  return <div ref={host} class="editor" />;
}

/** Before the keys of the editor, which would begin another line. */
function runKeys(runner: () => (() => void) | undefined): KeyBinding[] {
  const run = (): boolean => {
    runner()?.();
    return runner() !== undefined;
  };
  return ['Shift-Enter', 'Mod-Enter'].map((key) => ({ key, run }));
}

const languageSupport = new Compartment();

const COMMON: Extension[] = [lineNumbers(), syntaxHighlighting(highlighting), theme];
const READ_ONLY: Extension[] = [
  EditorState.readOnly.of(true),
  EditorView.contentAttributes.of({ 'aria-readonly': 'true' }),
];
const WRITABLE: Extension[] = [
  history(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  highlightActiveLine(),
  // What is pasted as the whole program stands at the beginning of its lines, wherever it was copied from.
  EditorView.clipboardInputFilter.of((text, { doc, selection: { main } }) =>
    doc.sliceString(0, main.from).trim() === '' && doc.sliceString(main.to).trim() === ''
      ? dedent(text)
      : text,
  ),
  placeholder('Paste or write a program'),
  keymap.of([
    // Ctrl-Enter runs the program, wherever on the page it is pressed.
    ...[...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap].filter(({ key }) => key !== 'Mod-Enter'),
    indentWithTab,
  ]),
];
