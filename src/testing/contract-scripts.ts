/** The scripts that an engine's language writes for the contract. Each says what it must do; see `ContractHost` for `demo`. */
export interface ContractScripts {
  /** Returns the integer 42. */
  answer: string;
  /** Returns `demo.echo(params.value)`. */
  echo: string;
  /** Returns what `demo.later(params.value)` answers. */
  later: string;
  /** Calls `demo.two_words` and `demo.twoWords`; returns both answers in a list. */
  spellings: string;
  /** Returns a list of what `named.known()` and `named.any_name(1)` answer. */
  named: string;
  /** Catches the failure of `demo.fail()`; returns a list of its code, message, retryable, details.reason and false. */
  catches: string;
  /** The same of `demo.failLater()`. */
  catchesLater: string;
  /** Line 1 is a comment; line 2 raises an error whose message contains "broken". Nothing catches it. */
  raises: string;
  /** Does not parse. */
  syntaxError: string;
  /** Returns `demo.apply(f, 21)` where f doubles its argument. */
  callback: string;
  /** Returns what `demo.apply(f, 21)` answers, where f waits for `demo.later` of its doubled argument. */
  waitingCallback: string;
  /** Waits for `demo.later("a")` and `demo.later("b")` at the same time; returns both in a list. */
  concurrent: string;
  /** Waits for `demo.hang()` and returns a list of the answer and a value kept from before the wait: "kept". */
  hangs: string;
  /** Starts a task that waits for `demo.later(1)` and then prints "done", does not wait for it, and returns "first". */
  background: string;
  /** Gives `demo.keep` a function that doubles its argument, then returns what `demo.hang()` answers. */
  keeps: string;
  /** Returns a list: what `demo.counter(3)` yields in the language's own loop, then what `next()` of a new counter answers. */
  iterates: string;
  /** Returns a list: the constant `demo.limit`, and twice the global `stdin`. */
  globals: string;
  /** Calls `demo.final()` inside the language's catch-all, then returns "survived". */
  final: string;
  /** Recurses without end inside the language's catch-all; returns "caught" from there. */
  recursion: string;
  /** Allocates without end. Nothing catches it. */
  memory: string;
  /** Asks for far more memory than there is, at once, inside the language's catch-all; returns "caught" from there. */
  memoryCaught: string;
  /** Hands `demo.echo` a value that contains itself, inside the language's catch-all; returns the code of the error. */
  cycle: string;
  /** Loads the module "./lib" (or "lib") and returns its value `answer`. */
  module: string;
  /** Source of that module: exports `answer`, 42. */
  moduleSource: string;
  /** Returns a list of three random numbers. */
  random: string;
  /** Returns the current time in whole seconds since the epoch. */
  clock: string;
  /** Prints "hello" and a newline by the language's own print. */
  prints: string;
  /** Returns the names, of these, that exist as globals: io.open, os.execute, process, globalThis.process, require("fs"), ... as a list: must be empty. */
  escapes: string;
}
