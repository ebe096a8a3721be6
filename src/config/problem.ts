import type { Place } from "../documents/located-document.ts";
import { LlmspellError } from "../errors.ts";

/** Something wrong in the configuration, or worth knowing. */
export interface Problem {
  message: string;
  hint?: string;
  /** As it is shown: relative to the current folder where it lies in it. */
  file?: string;
  at?: Place;
  /** The line of the file, with secrets hidden. */
  excerpt?: string;
}

/** All problems of a configuration: an error whose message is the first one. */
export class ConfigError extends LlmspellError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly [Problem, ...Problem[]]) {
    const [first] = problems;
    const { message, hint, file, at } = first;
    const more = problems.length - 1;
    super("config.invalid", more > 0 ? `${message} (and ${more} more)` : message, {
      ...(hint === undefined ? {} : { hint }),
      ...(file === undefined ? {} : { frames: [{ file, ...at }] }),
      details: { problems: problems.map(({ message, file, at }) => ({ message, file, ...at })) },
    });
    this.problems = problems;
  }
}
