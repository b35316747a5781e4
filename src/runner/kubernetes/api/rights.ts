/** A right that the runner uses; k8s/base/runner-role.yaml gives them all. */
export interface Right {
  readonly verb: string;
  readonly group: '' | 'batch';
  /** With its subresource: `pods/log`. */
  readonly resource: string;
}

export const RIGHTS: readonly Right[] = [
  ...rights('batch', 'jobs', ['create', 'get', 'list', 'watch', 'patch', 'delete']),
  ...rights('', 'pods', ['get', 'list', 'watch']),
  ...rights('', 'pods/log', ['get']),
  // Opening a WebSocket is a GET; from 1.35 on `create` is asked for too.
  ...rights('', 'pods/attach', ['get', 'create']),
  ...rights('', 'events', ['list']),
];

function rights(group: Right['group'], resource: string, verbs: readonly string[]): Right[] {
  return verbs.map((verb) => ({ verb, group, resource }));
}
