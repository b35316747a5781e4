import { afterEach, beforeEach, vi } from 'vitest';
import { Conversation } from '../../../../src/runner/kubernetes/conversation/conversation.ts';
import { Listener, silentLogger } from './listener.ts';
import { ScriptedLauncher, start } from './scripted-launcher.ts';

export const ID = '0197b9a2-7c1e-7bbb-8000-000000000001';

/** A conversation with a scripted launcher, and who listens, for each test of a file. */
export class Stage {
  launcher = new ScriptedLauncher();
  conversation = this.#conversation();
  listener = new Listener();

  constructor() {
    beforeEach(() => {
      this.launcher = new ScriptedLauncher();
      this.conversation = this.#conversation();
      this.listener = new Listener();
    });

    afterEach(() => {
      this.conversation[Symbol.dispose]();
      vi.useRealTimers();
    });
  }

  /** A program that was given and has started. */
  async running(): Promise<void> {
    await this.conversation.open(AbortSignal.timeout(20_000));
    this.conversation.run(ID, '{}', this.listener);
    Object.assign(this.launcher, { state: 'running', id: ID });
    this.launcher.say(start(ID));
  }

  #conversation(): Conversation {
    return new Conversation({ attach: this.launcher.attach, after: 0, logger: silentLogger });
  }
}
