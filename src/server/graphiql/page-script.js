// Runs in the browser before GraphiQL does; in strict mode by being a function of its own.
(() => {
  // The id of the program that this page submitted last; stands where a variable `id` says "latest".
  let latest = null;

  const fill = (text) => {
    if (latest === null || typeof text !== 'string' || !text.includes('"latest"')) return text;
    const message = JSON.parse(text);
    const variables = (message.payload ?? message).variables;
    if (variables?.id !== 'latest') return text;
    variables.id = latest;
    return JSON.stringify(message);
  };

  const fetchOf = window.fetch.bind(window);
  window.fetch = async (input, init) => {
    const response = await fetchOf(input, init && { ...init, body: fill(init.body) });
    if (response.headers.get('content-type')?.includes('json')) {
      const answer = await response
        .clone()
        .json()
        .catch(() => null);
      latest = answer?.data?.execute?.execution?.id ?? latest;
    }
    return response;
  };

  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function sendFilled(data) {
    return send.call(this, fill(data));
  };

  // GraphiQL would write every edit into the address; with a program in it no server takes that address again.
  history.replaceState = () => {};
})();
