import { GRACE_MS, HEAD_BYTES, MAX_WAITING, TERMINATED } from './bounds.js';
import { writeGiven } from './given.js';
import { KeptSession } from './kept-session.js';
import { parseBytes, parsePayload } from './receive.js';
import { Run } from './run.js';
import { giveUp, idleMs, lingerMs, PROTOCOL } from './start.js';

/**
 * The launcher's side of the session: answers the server's lines; `waiting` until a payload came, then `running`, then `ended`.
 * Of a kept session (kept-session.js) `waiting` again at `done`.
 */
export class Session {
  #outlet;
  #child;
  #way;
  #kept = null;
  /** The highest epoch that a server had. */
  #epoch = 0;
  #problem = null;
  #run = null;
  /** Lines for a run whose process gets ready. */
  #early = [];
  #id = null;
  #state = 'waiting';
  #idle;
  #isTerminated = false;

  /** @param way how the child has become ready */
  constructor(outlet, child, way) {
    this.#outlet = outlet;
    this.#child = child;
    this.#way = way;
    this.#idle = setTimeout(() => this.#exit(), idleMs);
    void child.exited.then(() => {
      if (this.#state === 'waiting' && this.#kept === null) giveUp('The waiting Node has ended.');
    });
    this.#ready('-');
  }

  receive(line) {
    if (this.#state === 'waiting' || this.#kept !== null) this.#idle.refresh();
    const head = line.toString('latin1', 0, Math.min(line.length, HEAD_BYTES));
    const [word, name] = head.split(' ', 2);
    if (word === 'run' || word === 'session') {
      if (isName(name)) this.#receivePayload(word, name, line);
      return;
    }
    if (word === 'files' || word === 'read') return this.#tellFiles(word, head.split(' ').slice(1));
    const words = line.toString('latin1').split(' ');
    this.#obey(word, this.#kept === null ? words.slice(1) : this.#wordsForRun(word, words.slice(1)), line);
  }

  /** The words without the last, the ordinal of the run that they are about. Of what is about another one nothing is left. */
  #wordsForRun(word, words) {
    if (word === 'epoch' || word === 'bye' || (word === 'hello' && words.length < 3))
      return words.slice(0, 1);
    const isThis = this.#state !== 'waiting' && words.at(-1) === String(this.#kept.number);
    if (word === 'done') return isThis ? words : [];
    if (isThis && words.length > 1) return words.slice(0, -1);
    return word === 'hello' ? words.slice(0, 1) : [''];
  }

  #obey(word, words, line) {
    const [first, second, third] = words;
    if (this.#state === 'running' && this.#run === null && FOR_RUN.includes(word)) {
      if (this.#early.length < MAX_WAITING) this.#early.push(line);
    } else if (word === 'stdin' && isNumber(first) && second !== undefined && third === undefined) {
      const bytes = parseBytes(second);
      if (bytes !== null) this.#run?.feed.receive(Number(first), bytes);
    } else if (third !== undefined) {
      // Of the others none has so many words.
    } else if (word === 'epoch' && isNumber(first) && second === undefined) {
      this.#epoch = Math.max(this.#epoch, Number(first));
    } else if (word === 'done' && isNumber(first) && this.#kept !== null) {
      if (this.#state === 'ended') this.#forgetRun();
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
      if (this.#state !== 'running' || this.#kept !== null) void this.#leave();
    }
  }

  #receivePayload(word, id, line) {
    if (
      this.#kept === null ? this.#state !== 'waiting' : this.#state === 'running' || this.#kept.lost !== null
    )
      return;
    const payload = parsePayload(line);
    if (payload === null) this.#outlet.answer({ type: 'refused', id });
    else if (word === 'session') this.#beginSession(id, payload);
    else if (this.#kept !== null) this.#startNext(id, payload);
    else {
      clearTimeout(this.#idle);
      this.#state = 'running';
      this.#id = id;
      this.#start(this.#child, payload);
    }
  }

  #beginSession(id, { files, env, epoch }) {
    this.#epoch = Math.max(this.#epoch, epoch);
    if (this.#kept === null) {
      this.#problem = writeGiven(files);
      this.#kept = new KeptSession(id, this.#child, this.#way, env);
      clearTimeout(this.#idle);
      this.#idle = setTimeout(() => this.#leaveUnlessRunning(), lingerMs);
    }
    if (id !== this.#kept.id) return;
    this.#outlet.answer({ type: 'session', id, ...(this.#problem !== null && { problem: this.#problem }) });
  }

  /** The next run of a session, unless it is a repeated one, or of a server that has lost the session. */
  #startNext(id, payload) {
    if (payload.run !== this.#kept.number + 1 || !(payload.epoch >= this.#epoch)) return;
    this.#epoch = payload.epoch;
    this.#forgetRun();
    this.#kept.number += 1;
    this.#outlet.begin(this.#kept.number);
    this.#state = 'running';
    this.#id = id;
    void this.#kept.processFor(payload).then((child) => {
      this.#start(child, this.#kept.completed(payload));
      for (const line of this.#early.splice(0)) this.receive(line);
    });
  }

  #forgetRun() {
    this.#run?.files.close();
    this.#state = 'waiting';
    this.#run = null;
    this.#id = null;
    this.#outlet.begin(null);
  }

  #leaveUnlessRunning() {
    if (this.#state === 'running') this.#idle.refresh();
    else void this.#leave();
  }

  /** Process 1 got SIGTERM. */
  terminate() {
    if (this.#state !== 'running') return void this.#leave();
    this.#isTerminated = true;
    if (this.#run === null) void this.#leave();
    else this.#run.stop('terminated', GRACE_MS);
  }

  #tellFiles(word, [id, ...numbers]) {
    if (this.#state !== 'ended' || id !== this.#id || !numbers.every(isNumber)) return;
    if (word === 'files' && numbers.length === 1) this.#run.files.listFrom(Number(numbers[0]));
    else if (word === 'read' && numbers.length === 3) this.#run.files.read(...numbers.map(Number));
    this.#outlet.flush();
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
      ...(this.#kept !== null && { session: this.#kept.id, epoch: this.#epoch, run: this.#kept.number }),
      ...(this.#kept?.lost && { lost: this.#kept.lost }),
    });
  }

  #start(child, payload) {
    const run = new Run(child, this.#outlet, { ...payload, id: this.#id });
    this.#run = run;
    this.#outlet.files = run.files;
    void run.toItsEnd().then(async ({ cause }) => {
      this.#state = 'ended';
      void run.lookForFiles();
      if (this.#kept !== null && cause === 'memory') this.#kept.endBy('memory');
      else this.#kept?.hasReported(child);
      await this.#outlet.flushed();
      if (this.#kept !== null && !this.#isTerminated) return;
      // An exit cuts the attached streams, also when there is little time.
      setTimeout(() => this.#exit(), this.#isTerminated ? Math.min(lingerMs, GRACE_MS) : lingerMs);
    });
  }

  async #leave() {
    this.#kept?.endBy('bye');
    this.#outlet.files = null;
    await this.#outlet.flushed();
    this.#exit();
  }

  /** A node that ended a pod reports why only when that failed. */
  #exit() {
    process.exit(this.#isTerminated ? TERMINATED : 0);
  }
}

/** Lines that are for the run under way. */
const FOR_RUN = ['stdin', 'stdin-end', 'interrupt', 'stop'];

/** Ids, nonces and causes are short words. */
function isName(text) {
  return text !== undefined && /^[\x21-\x7e]{1,200}$/.test(text);
}

function isNumber(text) {
  return text !== undefined && /^\d{1,15}$/.test(text);
}
