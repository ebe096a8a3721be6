/** Runs a generator that yields what callbacks return: at once while these are plain values, from the first promise on with a promise. */
export function drive<T>(generator: Generator<unknown, T, unknown>): T | Promise<T> {
  return step(generator, () => generator.next());
}

function step<T>(generator: Generator<unknown, T, unknown>, advance: () => IteratorResult<unknown, T>): T | Promise<T> {
  let result = advance();
  while (!result.done) {
    const yielded = result.value;
    if (yielded instanceof Promise) {
      return yielded.then(
        (value) => step(generator, () => generator.next(value)),
        (error: unknown) => step(generator, () => generator.throw(error)),
      );
    }
    result = generator.next(yielded);
  }
  return result.value;
}
