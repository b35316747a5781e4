import { afterEach, beforeEach, vi } from 'vitest';
import { Session } from '../../../../src/runner/kubernetes/session/session.ts';
import { Listener, silentLogger } from './listener.ts';
import { ScriptedLauncher, start } from './scripted-launcher.ts';

export const ID = '0197b9a2-7c1e-7bbb-8000-000000000001';

/** A session with a scripted launcher, and who listens, for each test of a file. */
export class Stage {
  launcher = new ScriptedLauncher();
  session = this.#session();
  listener = new Listener();

  constructor() {
    beforeEach(() => {
      this.launcher = new ScriptedLauncher();
      this.session = this.#session();
      this.listener = new Listener();
    });

    afterEach(() => {
      this.session[Symbol.dispose]();
      vi.useRealTimers();
    });
  }

  /** A program that was given and has started. */
  async running(): Promise<void> {
    await this.session.open(AbortSignal.timeout(20_000));
    this.session.program.run(ID, '{}', this.listener);
    Object.assign(this.launcher, { state: 'running', id: ID });
    this.launcher.send(start(ID));
  }

  #session(): Session {
    return new Session({ attach: this.launcher.attach, after: 0, logger: silentLogger });
  }
}
