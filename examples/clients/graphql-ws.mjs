// Runs a program and watches it over a WebSocket. Usage: node examples/clients/graphql-ws.mjs [URL]
import { createClient } from 'graphql-ws';

if (typeof WebSocket === 'undefined') {
  console.error(`This example needs a Node with a WebSocket, 22 or later; this is ${process.version}. Try "npx node".`);
  process.exit(1);
}

const url = process.argv[2] ?? 'http://127.0.0.1:5000';
const key = process.env.PODLINE_API_KEY;
const client = createClient({
  url: `${url.replace(/^http/, 'ws')}/graphql`,
  connectionParams: key ? { authorization: `Bearer ${key}` } : {},
  retryAttempts: 0,
});

const code = `
import time
for number in range(5):
    print("line", number, flush=True)
    time.sleep(0.3)
`;

const id = await execute(code);
let cursor = 0;
// A cut connection is taken up again behind the last chunk seen: nothing is lost and nothing comes twice.
for (let ended = false, cuts = 0; !ended && cuts < 10; ) {
  try {
    for await (const { data, errors } of client.iterate({
      query: `subscription ($id: ID!, $after: Int!) {
        output(id: $id, after: $after) {
          chunks { seq stream text }
          cursor
          ended
          execution { status exitCode }
        }
      }`,
      variables: { id, after: cursor },
    })) {
      if (errors) throw new AggregateError(errors, errors[0].message);
      const { output } = data;
      for (const { stream, text } of output.chunks) {
        (stream === 'STDOUT' ? process.stdout : process.stderr).write(text);
      }
      cursor = output.cursor;
      ended = output.ended;
      if (ended) console.log(`${output.execution.status}, exit code ${output.execution.exitCode}`);
    }
  } catch (error) {
    if (Array.isArray(error) || error instanceof AggregateError) throw error;
    cuts++;
    await new Promise((resolve) => setTimeout(resolve, 200 * cuts));
  }
}
await client.dispose();

async function execute(code) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify({
      query: `mutation ($input: ExecuteInput!) {
        execute(input: $input) {
          ... on ExecuteSuccess { execution { id } }
          ... on UserError { code message }
        }
      }`,
      variables: { input: { code, language: 'python' } },
    }),
  });
  const { data, errors } = await response.json();
  if (!data?.execute?.execution) throw new Error(errors?.[0].message ?? data.execute.message);
  return data.execute.execution.id;
}
