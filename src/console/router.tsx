import { computed, signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

/** What the address asks for. */
export type Route =
  | { readonly page: 'new' }
  | { readonly page: 'list' }
  | { readonly page: 'server' }
  | { readonly page: 'execution'; readonly id: string }
  | { readonly page: 'sessions' }
  | { readonly page: 'session'; readonly id: string }
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
  if (path === '/sessions') return { page: 'sessions' };
  if (path === '/server') return { page: 'server' };
  const [, kind, id] = /^\/(executions|sessions)\/([^/]+)$/.exec(path) ?? [];
  if (id === undefined) return { page: 'unknown' };
  return { page: kind === 'sessions' ? 'session' : 'execution', id };
}

/** The address of an execution. */
export function pathOf(id: string): string {
  return `/executions/${id}`;
}

/** The address of a session. */
export function pathOfSession(id: string): string {
  return `/sessions/${id}`;
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

interface PageLinksProps {
  readonly info: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly endCursor: string | null;
  };
  /** The address of the page after this cursor; empty for the first. */
  readonly addressAfter: (cursor: string) => string;
}

/** From one page of a list to the others. */
export function PageLinks({ info, addressAfter }: PageLinksProps) {
  return (
    <nav class="paging" aria-label="Pages of the list">
      {info.hasPreviousPage && <Link to={addressAfter('')}>Newest</Link>}
      {info.hasNextPage && <Link to={addressAfter(info.endCursor ?? '')}>Older</Link>}
    </nav>
  );
}
