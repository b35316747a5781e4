import { GRACE_MS, HEAD_BYTES, TERMINATED } from './bounds.js';
import { parseBytes, parsePayload } from './receive.js';
import { Run } from './run.js';
import { giveUp, idleMs, lingerMs, PROTOCOL } from './start.js';

/** The launcher's side of the session: answers the server's lines; `waiting` until a payload came, then `running`, then `ended`. */
export class Session {
  #outlet;
  #child;
  #run = null;
  #id = null;
  #state = 'waiting';
  #idle;
  #isTerminated = false;

  constructor(outlet, child) {
    this.#outlet = outlet;
    this.#child = child;
    this.#idle = setTimeout(() => this.#exit(), idleMs);
    void child.exited.then(() => {
      if (this.#state === 'waiting') giveUp('The waiting Node has ended.');
    });
    this.#ready('-');
  }

  receive(line) {
    if (this.#state === 'waiting') this.#idle.refresh();
    const head = line.toString('latin1', 0, Math.min(line.length, HEAD_BYTES));
    const [word, first, second, third] = head.split(' ', 4);
    if (word === 'run' && isName(first)) {
      if (this.#state === 'waiting') this.#start(first, line);
    } else if (word === 'stdin' && isNumber(first) && third === undefined) {
      const bytes = parseBytes(line.toString('latin1', `stdin ${first} `.length));
      if (bytes !== null) this.#run?.feed.receive(Number(first), bytes);
    } else if (third !== undefined) {
      // Of the others none has so many words.
    } else if (word === 'hello' && isName(first) && (second === undefined || isNumber(second))) {
      this.#ready(first);
      if (second !== undefined) this.#outlet.repeatAfter(Number(second));
    } else if (word === 'ack' && isNumber(first) && second === undefined) {
      this.#outlet.acknowledge(Number(first));
    } else if (word === 'stdin-end' && isNumber(first) && second === undefined) {
      this.#run?.feed.end(Number(first));
    } else if (word === 'interrupt' && isNumber(first) && second === undefined) {
      this.#run?.interrupt(Number(first));
    } else if (word === 'stop' && isName(first) && isNumber(second)) {
      this.#run?.stop(first, Number(second));
    } else if (word === 'bye' && first === undefined) {
      if (this.#state !== 'running') void this.#leave();
    }
  }

  /** Process 1 got SIGTERM. */
  terminate() {
    if (this.#state !== 'running') return void this.#leave();
    this.#isTerminated = true;
    this.#run.stop('terminated', GRACE_MS);
  }

  #ready(nonce) {
    const feed = this.#run?.feed;
    this.#outlet.answer({
      type: 'ready',
      nonce,
      protocol: PROTOCOL,
      version: process.versions.node,
      state: this.#state,
      id: this.#id,
      last: this.#outlet.last,
      ...(feed?.staysOpen && { stdin: { next: feed.next, taken: feed.taken } }),
    });
  }

  #start(id, line) {
    const payload = parsePayload(line);
    if (payload === null) return this.#outlet.answer({ type: 'refused', id });
    clearTimeout(this.#idle);
    this.#state = 'running';
    this.#id = id;
    this.#run = new Run(this.#child, this.#outlet, { ...payload, id });
    void this.#run.toItsEnd().then(async () => {
      this.#state = 'ended';
      await this.#outlet.flushed();
      // An exit cuts the attached streams, also when there is little time.
      setTimeout(() => this.#exit(), this.#isTerminated ? Math.min(lingerMs, GRACE_MS) : lingerMs);
    });
  }

  async #leave() {
    await this.#outlet.flushed();
    this.#exit();
  }

  /** A node that ended a pod reports why only when that failed. */
  #exit() {
    process.exit(this.#isTerminated ? TERMINATED : 0);
  }
}

/** Ids, nonces and causes are short words. */
function isName(text) {
  return text !== undefined && /^[\x21-\x7e]{1,200}$/.test(text);
}

function isNumber(text) {
  return text !== undefined && /^\d{1,15}$/.test(text);
}
