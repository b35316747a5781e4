import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { LiveRegion } from './announce.tsx';
import { apiKey, forgetKey } from './api/key.ts';
import { Banner } from './banner.tsx';
import { KeyDialog } from './key-dialog.tsx';
import { ListPage } from './list/list-page.tsx';
import { draft } from './program/draft.ts';
import { addTo } from './program/drawer.tsx';
import { Link, navigate, pathOf, type Route, route } from './router.tsx';
import { ServerPage } from './server/server-page.tsx';
import { NotebookPage } from './session/notebook-page.tsx';
import { SessionsPage } from './session/sessions-page.tsx';
import { Workspace } from './workspace.tsx';

/** The whole console. */
export function App() {
  const current = route.value;
  return (
    <>
      <header>
        <Link to="/" class="brand">
          Podline
        </Link>
        <nav aria-label="Pages">
          <Link
            to={draft.runId.value === null ? '/' : pathOf(draft.runId.value)}
            current={isWorkspace(current)}
          >
            Program
          </Link>
          <Link to="/sessions" current={current.page === 'sessions' || current.page === 'session'}>
            Sessions
          </Link>
          <Link to="/executions" current={current.page === 'list'}>
            Executions
          </Link>
          <Link to="/server" current={current.page === 'server'}>
            Server
          </Link>
        </nav>
        {apiKey.value !== null && (
          <button type="button" class="small" onClick={forgetKey}>
            Forget key
          </button>
        )}
      </header>
      <Banner />
      <main>
        <Page route={current} />
      </main>
      <DropArea />
      <KeyDialog />
      <LiveRegion />
    </>
  );
}

function isWorkspace({ page }: Route): boolean {
  return page === 'new' || page === 'execution';
}

function Page({ route: current }: { readonly route: Route }) {
  switch (current.page) {
    case 'new':
      return <Workspace id={null} />;
    case 'execution':
      return <Workspace id={current.id} />;
    case 'list':
      return <ListPage />;
    case 'sessions':
      return <SessionsPage />;
    case 'session':
      return <NotebookPage key={current.id} id={current.id} />;
    case 'server':
      return <ServerPage />;
    case 'unknown':
      return <p class="empty">There is no such page.</p>;
  }
}

/** Takes files that are dropped anywhere on the page. */
function DropArea() {
  const isOver = useSignal(false);
  const failure = useSignal<string | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
    const over = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      isOver.value = true;
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) isOver.value = false;
    };
    const drop = async (event: DragEvent): Promise<void> => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      isOver.value = false;
      failure.value = await addTo(draft, [...(event.dataTransfer?.files ?? [])]);
      if (route.value.page !== 'new' && !isOwn(route.value)) navigate('/');
    };
    // Before the editor sees them, which would write the file's text into the program.
    addEventListener('dragover', over, { signal, capture: true });
    addEventListener('dragleave', leave, { signal, capture: true });
    addEventListener('drop', (event) => void drop(event), { signal, capture: true });
    return () => stop.abort();
  }, []);
  return (
    <>
      {isOver.value && <div class="drop">Drop files to place them beside the program</div>}
      {failure.value !== null && (
        <div class="toast" role="alert">
          <span>{failure.value}</span>
          <button
            type="button"
            class="small"
            onClick={() => {
              failure.value = null;
            }}
          >
            Close
          </button>
        </div>
      )}
    </>
  );
}

function isOwn(current: Route): boolean {
  return current.page === 'execution' && current.id === draft.runId.value;
}
