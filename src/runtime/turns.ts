/** Lets runs begin one a turn of the event loop, so that many that come at once do not hold up those that go on. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #taken = false;

  /** Resolves when the next run may begin; undefined when it may at once. */
  next(): Promise<void> | undefined {
    if (this.#taken) return new Promise((resolve) => void this.#waiting.push(resolve));
    this.#taken = true;
    setImmediate(() => this.#advance());
    return undefined;
  }

  #advance(): void {
    const begin = this.#waiting.shift();
    this.#taken = begin !== undefined;
    if (!begin) return;
    setImmediate(() => this.#advance());
    begin();
  }
}
