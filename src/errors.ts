/**
 * Every error that LLMSpell raises, by code. The registry is the one source of `docs/errors.md`, of the
 * exit codes of the command line and of what a script may catch.
 */

/** Exit codes of the command line. */
export const EXIT = {
  ok: 0,
  script: 1,
  usage: 2,
  config: 3,
  provider: 4,
  permission: 5,
  limit: 6,
  timeout: 124,
  hangup: 129,
  interrupted: 130,
  terminated: 143,
} as const;

interface ErrorKind {
  /** One sentence for the documentation. */
  summary: string;
  exit: number;
  /** Final errors end the run whatever the script does; all others can be caught with pcall or try. */
  final?: true;
  /** Whether the same call may succeed later. */
  retryable?: true;
}

/** The registry of codes: `area.reason`. */
export const ERRORS = {
  "value.cycle": { summary: "A value that contains itself cannot cross the boundary.", exit: EXIT.script },
  "value.too_deep": { summary: "A value is nested more deeply than may cross.", exit: EXIT.script },
  "value.too_large": { summary: "A value is larger than may cross (`limits.valueBytes`).", exit: EXIT.script },
  "value.unsupported": { summary: "A value of this kind cannot cross (a thread, a symbol, ...).", exit: EXIT.script },
  "value.key": {
    summary: "A table or map key can be neither a string nor an integer, or two keys collide.",
    exit: EXIT.script,
  },
  "value.released": { summary: "A handle or function was used after its run, or it was closed.", exit: EXIT.script },

  "script.syntax": { summary: "The script does not parse.", exit: EXIT.script },
  "script.error": { summary: "The script raised an error that nothing caught.", exit: EXIT.script },
  "script.not_found": { summary: "The script file does not exist or cannot be read.", exit: EXIT.usage },
  "script.dependency_not_found": {
    summary: "A spell or package that the spell depends on is not there.",
    exit: EXIT.config,
  },
  "script.module_not_found": { summary: "A `require` or `import` names no module.", exit: EXIT.script },
  "script.module_unusable": {
    summary: "A module is there, but in another language, too large, or no text file.",
    exit: EXIT.script,
  },
  "script.deadlock": { summary: "The script waits for something that can no longer happen.", exit: EXIT.script },
  "engine.unknown": { summary: "No engine has this name, extension or shebang.", exit: EXIT.usage },
  "engine.failed": { summary: "The engine itself failed; its VM was discarded.", exit: EXIT.script },
  "wait.not_allowed": {
    summary: "A call that waits was made where the language cannot wait (a finalizer, a load reader, ...).",
    exit: EXIT.script,
  },

  "method.unknown": { summary: "A bridge has no method of this name.", exit: EXIT.script },
  "method.unavailable": {
    summary: "The method exists but what it needs is not part of this version.",
    exit: EXIT.script,
  },
  "input.invalid": { summary: "An argument does not fit the method's schema.", exit: EXIT.script },
  "bridge.failed": {
    summary: "A bridge or tool failed in a way that it did not foresee: a fault of its author.",
    exit: EXIT.script,
  },
  "output.invalid": {
    summary: "A bridge returned what its own schema forbids: a fault of the bridge.",
    exit: EXIT.script,
  },
  "events.invalid_name": { summary: "It is no name, or no pattern of names, of events.", exit: EXIT.script },
  "events.recursion": {
    summary: "Handlers of events emitted what called them again, too many times in a row.",
    exit: EXIT.script,
  },
  "events.timeout": { summary: "No event came within the time.", exit: EXIT.script, retryable: true },
  "hook.blocked": { summary: "A hook stopped what was about to happen.", exit: EXIT.script },
  "hook.timeout": { summary: "A hook took longer than its deadline.", exit: EXIT.script, retryable: true },
  "hook.invalid": {
    summary: "A hook answered with something that cannot take the place of what it was given.",
    exit: EXIT.script,
  },
  "hook.rate_limited": {
    summary: "More calls than the rate limit hook lets through.",
    exit: EXIT.script,
    retryable: true,
  },
  "guardrail.violated": {
    summary: "A guardrail blocked what went into, or came from, a model or tool.",
    exit: EXIT.script,
  },
  "guardrail.failed": { summary: "A guardrail could not check what it was given.", exit: EXIT.script },
  "schema.invalid": { summary: "A schema that the script supplied is no valid JSON Schema.", exit: EXIT.script },
  "schema.unknown": { summary: "No schema is registered under this name or version.", exit: EXIT.script },
  "schema.mismatch": {
    summary: "What was read fits no schema that was asked for; `details.problems` says where.",
    exit: EXIT.script,
  },
  "parse.invalid": {
    summary: "Text is not valid JSON, YAML, TOML, CSV, a URL, a date, a pattern or a template.",
    exit: EXIT.script,
  },
  "template.missing": { summary: "A template names a value that was not given.", exit: EXIT.script },

  "limit.memory": { summary: "The VM reached its memory limit.", exit: EXIT.limit },
  "limit.recursion": { summary: "The script recursed too deeply.", exit: EXIT.limit },
  "limit.cpu": { summary: "The run used up its CPU time.", exit: EXIT.limit, final: true },
  "limit.wall": { summary: "The run passed its deadline.", exit: EXIT.timeout, final: true },
  "limit.host_calls": { summary: "The run made more host calls than allowed.", exit: EXIT.limit, final: true },
  "limit.concurrent_calls": { summary: "The run has more calls waiting at once than allowed.", exit: EXIT.limit },
  "limit.output": { summary: "The run printed more than allowed.", exit: EXIT.limit, final: true },
  "limit.host_memory": {
    summary: "The run made the host hold more than allowed (journal, state, caches, channels).",
    exit: EXIT.limit,
    final: true,
  },
  "limit.state": { summary: "A stored state would be larger than allowed (`limits.stateBytes`).", exit: EXIT.limit },
  "budget.exceeded": { summary: "The run's money or token budget is used up.", exit: EXIT.limit, final: true },
  "call.cancelled": {
    summary: "The call was given up by what made it: a time limit, another result.",
    exit: EXIT.script,
  },
  "run.aborted": { summary: "The run was cancelled.", exit: EXIT.interrupted, final: true },

  "permission.denied": { summary: "The policy does not allow this call.", exit: EXIT.permission },
  "command.not_found": { summary: "A program that is to be run is not there.", exit: EXIT.script },
  "command.failed": { summary: "A program could not be started.", exit: EXIT.script },
  "image.unsupported": { summary: "An image's format can be neither read nor written here.", exit: EXIT.script },
  "git.not_found": { summary: "There is no such repository, branch, tag or commit.", exit: EXIT.script },
  "git.failed": { summary: "A git repository is damaged, or of a kind that cannot be read.", exit: EXIT.script },
  "approval.denied": { summary: "A person was asked and did not allow it.", exit: EXIT.permission },
  "approval.timeout": {
    summary: "A person was asked and did not answer in time, which counts as no.",
    exit: EXIT.permission,
  },
  "approval.unavailable": {
    summary: "A person should be asked, and there is nobody to ask.",
    exit: EXIT.permission,
  },

  "config.invalid": { summary: "A configuration value, flag or environment variable is wrong.", exit: EXIT.config },
  "manifest.invalid": {
    summary: "A spell's manifest or header is wrong, or contradicts its script.",
    exit: EXIT.config,
  },
  "params.invalid": { summary: "Parameters do not fit what the spell declares.", exit: EXIT.usage },
  "usage.invalid": { summary: "The command line is wrong.", exit: EXIT.usage },

  "provider.auth": { summary: "The provider refused the key, or none is set.", exit: EXIT.config },
  "provider.unknown": { summary: "No provider or model has this name.", exit: EXIT.config },
  "provider.unsupported": { summary: "The model or provider cannot do this.", exit: EXIT.provider },
  "provider.bad_request": { summary: "The provider refused the request.", exit: EXIT.provider },
  "provider.context_length": { summary: "The prompt is longer than the model's context.", exit: EXIT.provider },
  "provider.content_filter": {
    summary: "The provider's content filter stopped the request or the answer.",
    exit: EXIT.provider,
  },
  "provider.rate_limit": { summary: "The provider's rate limit was reached.", exit: EXIT.provider, retryable: true },
  "provider.overloaded": {
    summary: "The provider is overloaded or failed on its side.",
    exit: EXIT.provider,
    retryable: true,
  },
  "provider.network": {
    summary: "The provider could not be reached, or the connection broke.",
    exit: EXIT.provider,
    retryable: true,
  },
  "provider.timeout": { summary: "The provider did not answer in time.", exit: EXIT.provider, retryable: true },
  "provider.bad_reply": {
    summary: "The provider answered with something that is no valid answer.",
    exit: EXIT.provider,
    retryable: true,
  },
  "provider.no_object": {
    summary: "The model did not produce a value that fits the schema, repairs included.",
    exit: EXIT.provider,
  },

  "llm.no_consensus": { summary: "Several models agree less than was asked for.", exit: EXIT.script },
  "agent.unknown": { summary: "No agent has this id or name.", exit: EXIT.script },
  "agent.exists": { summary: "Another agent has this id already.", exit: EXIT.script },
  "agent.too_deep": { summary: "Agents ask each other for more levels than allowed.", exit: EXIT.script },
  "agent.unreadable": { summary: "A file holds no saved agent, or a damaged one.", exit: EXIT.script },
  "tool.unknown": { summary: "No tool has this name.", exit: EXIT.script },
  "tool.exists": { summary: "Another tool has this name already.", exit: EXIT.script },
  "tool.invalid_arguments": { summary: "The arguments do not fit the tool's parameters.", exit: EXIT.script },
  "tool.failed": { summary: "A tool failed without an error of its own.", exit: EXIT.script },
  "tool.not_set_up": { summary: "A tool needs a key or an address that is not there.", exit: EXIT.config },
  "tool.timeout": { summary: "A tool took longer than it may.", exit: EXIT.script, retryable: true },
  "tool.result_too_large": { summary: "A tool answered more than may cross.", exit: EXIT.script },
  "tool.bad_file": {
    summary: "A file is not what the tool reads: damaged, encrypted, or of another format.",
    exit: EXIT.script,
  },
  "tool.no_match": {
    summary: "A text or patch does not fit the file it is to change; nothing was changed.",
    exit: EXIT.script,
  },
  "tool.unsafe": {
    summary: "A file holds what would do harm: an archive that leads out of its folder or unpacks without end.",
    exit: EXIT.script,
  },

  "workflow.invalid": { summary: "A workflow's definition is wrong.", exit: EXIT.config },
  "workflow.cycle": { summary: "Steps of a workflow depend on each other in a circle.", exit: EXIT.config },
  "workflow.missing_step": {
    summary: "A workflow names a step that is not there, or that runs only later.",
    exit: EXIT.config,
  },
  "workflow.template": {
    summary: "A template or condition of a workflow is wrong, or reads a value that is not there.",
    exit: EXIT.script,
  },
  "workflow.input": { summary: "A workflow's input does not fit what it declares.", exit: EXIT.usage },
  "workflow.unknown": { summary: "No workflow or template of one has this name.", exit: EXIT.script },
  "workflow.limit": { summary: "A workflow has too many steps, iterations or levels.", exit: EXIT.limit },
  "workflow.timeout": {
    summary: "A step, or a workflow, took longer than it may.",
    exit: EXIT.timeout,
    retryable: true,
  },
  "workflow.denied": { summary: "A person did not approve a step.", exit: EXIT.script },
  "workflow.cancelled": { summary: "A workflow was cancelled.", exit: EXIT.script },
  "workflow.failed": {
    summary: "A step of a workflow failed. `details.error` is its error, `details.steps` how each step went.",
    exit: EXIT.script,
  },

  "fs.not_found": { summary: "The file or folder does not exist.", exit: EXIT.script },
  "fs.exists": { summary: "The file or folder exists already.", exit: EXIT.script },
  "fs.failed": { summary: "The file system refused the operation.", exit: EXIT.script },
  "fs.disk_full": { summary: "No space is left, or the quota is used up.", exit: EXIT.script },
  "http.network": {
    summary: "The server could not be reached, or the connection broke.",
    exit: EXIT.script,
    retryable: true,
  },
  "http.status": { summary: "The server answered with an error status where a file was wanted.", exit: EXIT.script },
  "http.timeout": { summary: "The server did not answer in time.", exit: EXIT.script, retryable: true },
  "async.timeout": {
    summary: "An `async.timeout`, `util.retry` or wait ran out of time.",
    exit: EXIT.script,
    retryable: true,
  },
  "channel.closed": { summary: "A value was sent to a closed channel.", exit: EXIT.script },
  "session.unknown": { summary: "There is no session of this id.", exit: EXIT.script },
  "session.invalid": {
    summary: "A session cannot be made or changed so: its id is taken, or it has ended.",
    exit: EXIT.script,
  },
  "artifact.unknown": { summary: "There is no artifact of this name or version.", exit: EXIT.script },
  "state.version": { summary: "A stored state holds data of a newer version of the spell.", exit: EXIT.script },
  "state.invalid": { summary: "A state path or operation does not fit the stored value.", exit: EXIT.script },

  "telemetry.limit": {
    summary: "The run measures more metrics, series, spans or attributes than it may keep.",
    exit: EXIT.script,
  },

  "database.invalid": { summary: "An SQL statement or its parameters are wrong.", exit: EXIT.script },
  "database.failed": { summary: "A database cannot be opened, or refused a statement.", exit: EXIT.script },
  "database.busy": { summary: "Another process holds a database for too long.", exit: EXIT.script, retryable: true },
  "mail.refused": {
    summary: "The mail server refused the log-in, the sender, a recipient or the message.",
    exit: EXIT.script,
  },

  "store.unavailable": {
    summary: "A stored file (journal, state, cache) cannot be opened or used.",
    exit: EXIT.config,
  },
  "store.corrupt": { summary: "A stored file is damaged, or of another program.", exit: EXIT.config },
  "store.version": { summary: "A stored file was written by a newer LLMSpell.", exit: EXIT.config },
  "store.full": { summary: "No space is left for a stored file.", exit: EXIT.script },
  "store.busy": { summary: "Another process holds a stored file for too long.", exit: EXIT.script, retryable: true },

  "journal.mismatch": {
    summary: "On replay the script took another path than the journal holds.",
    exit: EXIT.script,
    final: true,
  },
  "journal.corrupt": {
    summary: "A recording, or the journal of a run, is damaged or none at all.",
    exit: EXIT.config,
  },
  "journal.version": { summary: "A recording was written by a newer LLMSpell.", exit: EXIT.config },
  "run.unknown": { summary: "The journal holds no run of this id, or several that begin so.", exit: EXIT.usage },
  "worker.lost": { summary: "The worker thread ended before the run did.", exit: EXIT.script, final: true },
  "internal.bug": { summary: "A fault of LLMSpell itself. Please report it.", exit: EXIT.script },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;

/** A stack frame in the user's own source. `line` and `column` count from 1. */
export interface ScriptFrame {
  file: string;
  line?: number;
  column?: number;
  name?: string;
  /** The line itself, of a file that is no script's. */
  text?: string;
}

export interface ErrorOptions {
  details?: Record<string, unknown>;
  cause?: unknown;
  /** Overrides the code's default. */
  retryable?: boolean;
  /** What the user can do about it, one sentence. */
  hint?: string;
  /** Where in the user's source, innermost first. Default: where the cause is. */
  frames?: ScriptFrame[];
}

/** Plain form of an error: what crosses threads, journals and languages. */
export interface ErrorData {
  /** A code of the registry, or one that a script or a library user chose. */
  code: string;
  message: string;
  retryable: boolean;
  details?: Record<string, unknown>;
  hint?: string;
  frames?: ScriptFrame[];
}

const BRAND = Symbol.for("llmspell.error");

/**
 * The one error of LLMSpell. Recognised by brand, not by class, so that two copies of the package agree.
 * A code outside the registry is a script's or a library user's own.
 */
export class LlmspellError extends Error {
  readonly code: string;
  readonly details: Record<string, unknown> | undefined;
  readonly retryable: boolean;
  readonly hint: string | undefined;
  frames: ScriptFrame[] | undefined;
  readonly [BRAND] = true;

  constructor(code: ErrorCode | (string & {}), message: string, options: ErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.name = "LlmspellError";
    this.code = code;
    this.details = options.details;
    this.retryable = options.retryable ?? kindOf(code)?.retryable ?? false;
    this.hint = options.hint;
    this.frames = options.frames ?? (LlmspellError.is(options.cause) ? options.cause.frames : undefined);
  }

  /** True when no script may catch it: the run ends. */
  get final(): boolean {
    return kindOf(this.code)?.final ?? false;
  }

  toData(): ErrorData {
    const data: ErrorData = { code: this.code, message: this.message, retryable: this.retryable };
    if (this.details !== undefined) data.details = this.details;
    if (this.hint !== undefined) data.hint = this.hint;
    if (this.frames !== undefined) data.frames = this.frames;
    return data;
  }

  static fromData(data: ErrorData): LlmspellError {
    return new LlmspellError(data.code, data.message, data);
  }

  static is(value: unknown): value is LlmspellError {
    return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[BRAND] === true;
  }
}

/** Any thrown thing as an LlmspellError; an unknown one gets `fallback` as its code and stays its cause. */
export function toLlmspellError(thrown: unknown, fallback: ErrorCode = "internal.bug"): LlmspellError {
  if (LlmspellError.is(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new LlmspellError(fallback, message, { cause: thrown });
}

/** Where in the user's source an error was raised, for what is logged: `{at: "report.lua:12"}`; empty when that is unknown. */
export function raisedAt(error: LlmspellError): { at?: string } {
  const [frame] = error.frames ?? [];
  if (frame?.line === undefined) return {};
  return { at: `${frame.file.replace(/^.*[\\/]/, "")}:${frame.line}` };
}

/** Exit code of the command line for an error code; a script's own codes are script errors. */
export function exitCodeOf(code: string): number {
  return kindOf(code)?.exit ?? EXIT.script;
}

/** The code of an error that a script made: its own, but none that ends a run, as only the host may say that. */
export function scriptErrorCode(code: unknown): string {
  return typeof code === "string" && kindOf(code)?.final !== true ? code : "script.error";
}

function kindOf(code: string): ErrorKind | undefined {
  return Object.hasOwn(ERRORS, code) ? ERRORS[code as ErrorCode] : undefined;
}
