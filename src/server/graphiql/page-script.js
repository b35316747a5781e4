// Runs in the browser before GraphiQL does; in strict mode by being a function of its own.
(() => {
  // Kept over a reload, and gone with the browser's tab.
  const kept = window.sessionStorage;
  // The ids of the program that this page submitted last, and of the session that it made last, by the name of the variable that
  // says "latest" for it.
  const LATEST = { id: 'podline:latest', session: 'podline:latest-session' };
  // As the console keeps it: given there, it is not asked for here.
  const KEY = 'podline.key';
  const isKeyNeeded = document.querySelector('meta[name="podline-key"]') !== null;
  let asking = null;

  // Asks for the API key, once for all tabs and for all requests that wait for it.
  const askForKey = (complaint) => {
    asking ??= new Promise((resolve) => {
      const dialog = document.createElement('dialog');
      dialog.innerHTML =
        '<form method="dialog"><p role="alert"></p><label>API key of this server <input type="password" required></label> ' +
        '<button>Use it</button></form>';
      dialog.querySelector('p').textContent = complaint;
      // Without one nothing works.
      dialog.addEventListener('cancel', (event) => event.preventDefault());
      dialog.querySelector('form').addEventListener('submit', () => {
        kept.setItem(KEY, dialog.querySelector('input').value.trim());
        asking = null;
        dialog.remove();
        resolve();
      });
      document.body.append(dialog);
      dialog.showModal();
    });
    return asking;
  };

  const fill = (text) => {
    if (typeof text !== 'string' || !text.includes('"latest"')) return text;
    const message = JSON.parse(text);
    const variables = (message.payload ?? message).variables;
    const wanted = Object.keys(LATEST).filter(
      (name) => variables?.[name] === 'latest' && kept.getItem(LATEST[name]) !== null,
    );
    if (wanted.length === 0) return text;
    for (const name of wanted) variables[name] = kept.getItem(LATEST[name]);
    return JSON.stringify(message);
  };

  const headersOf = (init) => {
    const headers = new Headers(init.headers);
    // One that was typed into GraphiQL's own headers comes first.
    if (isKeyNeeded && !headers.has('authorization')) {
      headers.set('authorization', `Bearer ${kept.getItem(KEY)}`);
    }
    return headers;
  };

  const fetchOf = window.fetch.bind(window);
  const fetchWithKey = async (input, init) => {
    let complaint = '';
    for (;;) {
      if (isKeyNeeded && kept.getItem(KEY) === null) await askForKey(complaint);
      const key = kept.getItem(KEY);
      const response = await fetchOf(input, { ...init, headers: headersOf(init), body: fill(init.body) });
      if (!isKeyNeeded || response.status !== 401 || new Headers(init.headers).has('authorization')) {
        return response;
      }
      if (kept.getItem(KEY) === key) kept.removeItem(KEY);
      complaint = 'The server does not know this key.';
    }
  };

  window.fetch = async (input, init) => {
    const response = await (init ? fetchWithKey(input, init) : fetchOf(input));
    if (response.headers.get('content-type')?.includes('json')) {
      const answer = await response
        .clone()
        .json()
        .catch(() => null);
      const { execute, createSession } = answer?.data ?? {};
      const latest = { id: execute?.execution?.id, session: createSession?.session?.id };
      for (const [name, id] of Object.entries(latest)) {
        if (typeof id === 'string') kept.setItem(LATEST[name], id);
      }
    }
    return response;
  };

  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function sendFilled(data) {
    return send.call(this, fill(data));
  };

  // After a reload GraphiQL looks for the tab whose text it stored last, and stores a moment late: not found, it opens one
  // more. What is stored becomes the tab that was open.
  try {
    const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem('graphiql:tabState'));
    for (const part of ['query', 'variables']) {
      const text = tabs[activeTabIndex][part];
      if (text === null) localStorage.removeItem(`graphiql:${part}`);
      else localStorage.setItem(`graphiql:${part}`, text);
    }
  } catch {
    // Nothing is stored, or by another version: GraphiQL begins anew.
  }

  // GraphiQL would write every edit into the address; with a program in it no server takes that address again.
  history.replaceState = () => {};
})();
