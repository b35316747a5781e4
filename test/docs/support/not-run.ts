/** Lines of examples that no test runs as they stand, by page, and why. */
export const NOT_RUN: { readonly [page: string]: { readonly [line: string]: string } } = {
  'README.md': {
    'npm ci && npm start    # sets up and runs the service on http://127.0.0.1:5000':
      'installs the checkout anew; the service is open already, on a port of its own',
    'npm ci && npm test     # sets up and passes the tests': 'would run this test again',
    'docker compose up --build': 'needs Docker; compose.yaml is checked by test/docs/compose.test.ts',
    'kubectl create namespace podline-sandbox': 'needs a cluster: test/cluster',
    'RUNNER=kubernetes MONGODB_URI=mongodb://… npm start': 'needs a cluster: test/cluster',
  },
  'docs/cli.md': {
    'npm link && podline run examples/primes.py 50             # anywhere, with Node 24.18 or later on the PATH':
      'changes the machine; what it runs is src/cli/podline.js, as the line before does',
  },
  'docs/clients.md': {
    'ALLOWED_ORIGINS=https://app.example.org,http://localhost:8080 npm start':
      'starts a server on port 5000; test/server/access.test.ts sends such origins',
  },
};
