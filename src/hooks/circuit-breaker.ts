/** Switches off what fails three times in a row; after half a minute one call tries whether it works again. */
export class CircuitBreaker {
  static readonly FAILURES = 3;
  static readonly REST_MS = 30_000;
  #failures = 0;
  #openSince: number | undefined;

  get isOpen(): boolean {
    return this.#openSince !== undefined;
  }

  /** Times in milliseconds. */
  allows(now: number): boolean {
    if (this.#openSince === undefined) return true;
    if (now - this.#openSince < CircuitBreaker.REST_MS) return false;
    // What else comes while this one tries is kept off.
    this.#openSince = now;
    return true;
  }

  /** Whether it was off. */
  succeeded(): boolean {
    const was = this.isOpen;
    this.#failures = 0;
    this.#openSince = undefined;
    return was;
  }

  /** Whether it is switched off by this failure. */
  failed(now: number): boolean {
    this.#failures += 1;
    if (this.isOpen) {
      this.#openSince = now;
      return false;
    }
    if (this.#failures < CircuitBreaker.FAILURES) return false;
    this.#openSince = now;
    return true;
  }
}
