/**
 * Runs before any suite of the project `cluster`.
 * @throws Error without a cluster to run on: nothing is skipped, nothing falls back to another cluster
 */
export default function setup(): void {
  if (process.env['KUBECONFIG']) return;
  const error = new Error(
    'The cluster suites need a cluster: expected KUBECONFIG to name the kubeconfig of its administrator, got nothing.',
  );
  delete error.stack;
  throw error;
}
