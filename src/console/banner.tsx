import { useSignal, useSignalEffect } from '@preact/signals';
import { outage, tryNow } from './api/outage.ts';

/** Says that the server is away, and when it is asked again. */
export function Banner() {
  const now = useSignal(Date.now());
  useSignalEffect(() => {
    if (outage.value === null) return;
    now.value = Date.now();
    const timer = setInterval(() => {
      now.value = Date.now();
    }, 1000);
    return () => clearInterval(timer);
  });
  if (outage.value === null) return null;
  const seconds = Math.max(0, Math.ceil((outage.value.retryAt - now.value) / 1000));
  return (
    <div class="banner">
      <span role="alert">The server does not answer. Everything goes on when it does.</span>
      <span aria-hidden="true">{seconds > 0 ? `Next try in ${seconds} s` : 'Trying…'}</span>
      <button type="button" class="small" onClick={tryNow}>
        Try now
      </button>
    </div>
  );
}
