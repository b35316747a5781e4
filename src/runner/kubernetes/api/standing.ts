import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from './api.ts';
import { STANDING_MS } from './bounds.ts';
import { ApiError, type ApiFailure, isStanding } from './error.ts';
import { missingNamespace, missingRights } from './failures.ts';
import { pathOf } from './list.ts';
import { isRecord, JOBS } from './objects.ts';
import { RIGHTS, type Right } from './rights.ts';

/** To a Job that is nothing, where there is a namespace, or where we may not know. */
const ANSWERS: readonly ApiFailure[] = ['invalid', 'refused', 'conflict', 'forbidden'];

/**
 * What somebody must change before the runner can work: rights that are missing, a namespace that is missing. Looked at
 * when it opens and, as long as something stands in the way, every 5 s; again when a call meets such a failure.
 */
export class Standing implements AsyncDisposable {
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
    this.#look();
  }

  /** A call failed: when that will last, it is looked into. */
  note(error: unknown): void {
    if (!(error instanceof ApiError) || !isStanding(error) || error.failure === 'unauthenticated') return;
    this.#set(error.message);
    this.#look();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#loop;
  }

  #look(): void {
    const { signal } = this.#closing;
    this.#loop ??= (async () => {
      while (!signal.aborted && !(await this.#isClear())) {
        await sleep(STANDING_MS, undefined, { signal, ref: false }).catch(() => {});
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
    // One question first: when there is no answer, the many need not be asked.
    if (!(await this.#namespaceExists())) return missingNamespace(this.#namespace);
    const allowed = await Promise.all(RIGHTS.map((right) => this.#isAllowed(right)));
    const missing = RIGHTS.filter((_right, index) => !allowed[index]);
    const names = missing.map(({ verb, resource }) => `${verb} ${resource}`);
    return missing.length > 0 ? missingRights(names, this.#namespace) : null;
  }

  async #isAllowed({ verb, group, resource: whole }: Right): Promise<boolean> {
    const [resource, subresource = ''] = whole.split('/');
    const resourceAttributes = { namespace: this.#namespace, verb, group, resource, subresource };
    try {
      const answer = await this.#api.attempt({
        operation: { verb: 'create', resource: 'selfsubjectaccessreviews', namespace: this.#namespace },
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: { resourceAttributes },
        },
      });
      return !isRecord(answer) || !isRecord(answer['status']) || answer['status']['allowed'] !== false;
    } catch (error) {
      // A cluster that does not let us ask: the calls themselves will tell.
      if (error instanceof ApiError && error.failure === 'forbidden') return true;
      throw error;
    }
  }

  /**
   * Lists of a namespace that does not exist are empty, and to get it is a right that the runner does not have. To make
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
