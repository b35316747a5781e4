import { signal } from '@preact/signals';

const announced = signal('');

/** Has a screen reader say it when it is done with what it says now. */
export function announce(text: string): void {
  announced.value = text;
}

/** Where announcements are made; once a page. */
export function LiveRegion() {
  return (
    <div role="status" aria-live="polite" class="hidden">
      {announced.value}
    </div>
  );
}
