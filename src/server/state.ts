/** starting → open → draining; there is no way back. */
export class State {
  #name: 'starting' | 'open' | 'draining' = 'starting';

  open(): void {
    if (this.#name === 'starting') this.#name = 'open';
  }

  drain(): void {
    this.#name = 'draining';
  }

  get isOpen(): boolean {
    return this.#name === 'open';
  }
}
