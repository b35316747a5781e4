import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from './api.ts';
import { PERMISSIONS_INTERVAL_MS } from './bounds.ts';
import { ApiError, type ApiFailure, isPermanent, missingNamespace, missingPermissions } from './error.ts';
import { isRecord, JOBS, pathOf } from './objects.ts';

/** To a Job that is nothing, where there is a namespace, or where we may not know. */
const ANSWERS: readonly ApiFailure[] = ['invalid', 'refused', 'conflict', 'forbidden'];

/**
 * What somebody must change before the runner can work: permissions that are missing, a namespace that is missing. Checked
 * when it opens and, as long as something stands in the way, every 5 s; again when a call meets such a failure.
 */
export class Permissions implements AsyncDisposable {
  readonly #api: Api;
  readonly #namespace: string;
  readonly #onProblem: () => void;
  readonly #closing = new AbortController();
  #loop: Promise<void> | null = null;
  problem: string | null = null;

  /** @param onProblem called when `problem` may have changed */
  constructor(api: Api, namespace: string, onProblem: () => void) {
    this.#api = api;
    this.#namespace = namespace;
    this.#onProblem = onProblem;
    this.#check();
  }

  /** A call failed: when that will last, it is checked. */
  note(error: unknown): void {
    if (!(error instanceof ApiError) || !isPermanent(error) || error.failure === 'unauthenticated') return;
    this.#set(error.message);
    this.#check();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#loop;
  }

  #check(): void {
    const { signal } = this.#closing;
    this.#loop ??= (async () => {
      while (!signal.aborted && !(await this.#isClear())) {
        await sleep(PERMISSIONS_INTERVAL_MS, undefined, { signal, ref: false }).catch(() => {});
      }
      this.#loop = null;
    })();
  }

  /** Whether all is known to be well. */
  async #isClear(): Promise<boolean> {
    try {
      const missing = await this.#missing();
      this.#set(missing);
      return missing === null;
    } catch {
      // Unknown. Whatever keeps us from asking keeps the informers from listing, and they say so.
      return false;
    }
  }

  async #missing(): Promise<string | null> {
    // One question first: without a response the many need not be sent.
    if (!(await this.#namespaceExists())) return missingNamespace(this.#namespace);
    const allowed = await Promise.all(PERMISSIONS.map((permission) => this.#isAllowed(permission)));
    const missing = PERMISSIONS.filter((_permission, index) => !allowed[index]);
    const names = missing.map(({ verb, resource }) => `${verb} ${resource}`);
    return missing.length > 0 ? missingPermissions(names, this.#namespace) : null;
  }

  async #isAllowed({ verb, group, resource: whole }: Permission): Promise<boolean> {
    const [resource, subresource = ''] = whole.split('/');
    const resourceAttributes = { namespace: this.#namespace, verb, group, resource, subresource };
    try {
      const response = await this.#api.attempt({
        operation: { verb: 'create', resource: 'selfsubjectaccessreviews', namespace: this.#namespace },
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: { resourceAttributes },
        },
      });
      return !isRecord(response) || !isRecord(response['status']) || response['status']['allowed'] !== false;
    } catch (error) {
      // A cluster that does not let us ask: the calls themselves will fail.
      if (error instanceof ApiError && error.failure === 'forbidden') return true;
      throw error;
    }
  }

  /**
   * Lists of a namespace that does not exist are empty, and to get it is a permission that the runner does not have. To make
   * a Job that is nothing fails for the namespace first, and then for being nothing.
   */
  async #namespaceExists(): Promise<boolean> {
    try {
      await this.#api.attempt({
        operation: { verb: 'create', resource: 'jobs', namespace: this.#namespace },
        method: 'POST',
        path: `${pathOf(JOBS, this.#namespace)}?dryRun=All`,
        body: { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'podline-probe' } },
      });
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.failure === 'namespace') return false;
      if (ANSWERS.includes(error.failure)) return true;
      throw error;
    }
  }

  #set(problem: string | null): void {
    if (this.problem === problem) return;
    this.problem = problem;
    this.#onProblem();
  }
}

/** A permission that the runner uses; k8s/base/runner-role.yaml gives them all. */
interface Permission {
  readonly verb: string;
  readonly group: '' | 'batch';
  /** With its subresource: `pods/log`. */
  readonly resource: string;
}

export const PERMISSIONS: readonly Permission[] = [
  ...permissions('batch', 'jobs', ['create', 'get', 'list', 'watch', 'patch', 'delete']),
  ...permissions('', 'pods', ['get', 'list', 'watch']),
  ...permissions('', 'pods/log', ['get']),
  // Opening a WebSocket is a GET; from 1.35 on `create` is asked for too.
  ...permissions('', 'pods/attach', ['get', 'create']),
  ...permissions('', 'events', ['list']),
  // The launchers' own: made where they are missing, compared where they are there.
  ...permissions('', 'configmaps', ['create', 'get']),
];

function permissions(group: Permission['group'], resource: string, verbs: readonly string[]): Permission[] {
  return verbs.map((verb) => ({ verb, group, resource }));
}
