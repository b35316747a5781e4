import { computed, signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

/** What the address asks for. */
export type Route =
  | { readonly page: 'new' }
  | { readonly page: 'list' }
  | { readonly page: 'server' }
  | { readonly page: 'execution'; readonly id: string }
  | { readonly page: 'unknown' };

const address = signal(location.pathname + location.search);
addEventListener('popstate', () => {
  address.value = location.pathname + location.search;
});

/** The page that is shown. */
export const route = computed<Route>(() => readPath(address.value.split('?', 1)[0] ?? '/'));
/** What stands behind the question mark. */
export const search = computed(() => new URLSearchParams(address.value.split('?')[1] ?? ''));

function readPath(path: string): Route {
  if (path === '/') return { page: 'new' };
  if (path === '/executions') return { page: 'list' };
  if (path === '/server') return { page: 'server' };
  const id = /^\/executions\/([^/]+)$/.exec(path)?.[1];
  return id === undefined ? { page: 'unknown' } : { page: 'execution', id };
}

/** The address of an execution. */
export function pathOf(id: string): string {
  return `/executions/${id}`;
}

/** Goes to an address of the console, as a link would. */
export function navigate(to: string, how: 'push' | 'replace' = 'push'): void {
  if (to === address.value) return;
  if (how === 'push') history.pushState(null, '', to);
  else history.replaceState(null, '', to);
  address.value = to;
}

interface LinkProps {
  readonly to: string;
  readonly class?: string;
  readonly current?: boolean;
  readonly children: ComponentChildren;
}

/** A link within the console; with a modifier key it does what links do. */
export function Link({ to, class: className, current, children }: LinkProps) {
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(to);
  };
  return (
    <a href={to} class={className} aria-current={current ? 'page' : undefined} onClick={follow}>
      {children}
    </a>
  );
}
