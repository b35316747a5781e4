import { useEffect, useRef } from 'preact/hooks';
import { giveKey, keyWanted } from './api/key.ts';

/** Asks for an API key when the server wants one. */
export function KeyDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const wanted = keyWanted.value;
  useEffect(() => {
    if (wanted !== null) dialog.current?.showModal();
  }, [wanted !== null]);
  if (wanted === null) return null;
  return (
    <dialog
      ref={dialog}
      class="key"
      aria-labelledby="key-title"
      // There is nothing behind it without a key.
      onCancel={(event) => event.preventDefault()}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const key = new FormData(event.currentTarget).get('key');
          if (typeof key === 'string' && key.trim() !== '') giveKey(key.trim());
        }}
      >
        <h2 id="key-title">This server asks for a key</h2>
        <label for="key">API key</label>
        <input id="key" name="key" type="password" autocomplete="off" required autofocus />
        {wanted === 'wrong' && (
          <p class="failure" role="alert">
            The server does not know this key.
          </p>
        )}
        <p class="muted">Kept in this tab until it is closed.</p>
        <button type="submit" class="primary">
          Continue
        </button>
      </form>
    </dialog>
  );
}
