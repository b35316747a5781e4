// Runs a program over the REST routes and watches it with an EventSource, which resumes by itself after a cut.
// Usage: node --experimental-eventsource examples/clients/eventsource.mjs [URL]
if (typeof EventSource === 'undefined') {
  console.error('This example needs Node 22.3 or later with --experimental-eventsource before its name. Try "npx node".');
  process.exit(1);
}
const url = process.argv[2] ?? 'http://127.0.0.1:5000';
const key = process.env.PODLINE_API_KEY;
const headers = key ? { authorization: `Bearer ${key}` } : {};

const code = `
for (let number = 0; number < 5; number++) {
  console.log('line', number);
  await new Promise((resolve) => setTimeout(resolve, 300));
}
`;

const response = await fetch(`${url}/execute`, {
  method: 'POST',
  headers: { ...headers, 'content-type': 'application/json' },
  body: JSON.stringify({ code: btoa(code), language: 'javascript' }),
});
const { execution_id: id, error } = await response.json();
if (!id) throw new Error(error);

// An EventSource cannot send a key: this URL has a token for the one stream.
const answer = await fetch(`${url}/result/${id}/token`, { method: 'POST', headers });
const { url: stream } = await answer.json();
const source = new EventSource(url + stream);
source.onmessage = ({ data }) => {
  for (const { stream, text } of JSON.parse(data).chunks) {
    (stream === 'STDOUT' ? process.stdout : process.stderr).write(text);
  }
};
source.addEventListener('end', ({ data }) => {
  source.close();
  console.log('ended:', data);
});
