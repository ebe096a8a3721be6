import type { Naming } from "../../engine/shape.ts";
import type { LlmspellError, ScriptFrame } from "../../errors.ts";
import type { StyledSpan } from "../terminal/line-reader.ts";
import type { ReplAnswer, ReplRequest } from "./protocol.ts";

/** One input of a session, as errors name it. */
export interface ReplInput {
  /** `<input 3>`, or the file it was loaded from. */
  name: string;
  text: string;
  /** Its first line among the lines of all inputs. */
  firstLine: number;
  columnOf?: PreparedInput["columnOf"];
}

/** An input in the form that the VM runs. */
export interface PreparedInput {
  code: string;
  /** The names that it declares, which later inputs can use. */
  names: readonly string[];
  /** The column in the input of one in the code; lines are the same. Both count from 1. */
  columnOf?(line: number, column: number): number;
}

/** A path of names before the cursor: `llm.cha` is `["llm"]` and a prefix that starts at `start`. */
export interface NamePath {
  path: readonly string[];
  start: number;
}

/** All that a prompt needs to know of a language. */
export interface ReplLanguage {
  /** Names the prompt and the history: `lua`, `js`, `ts`. */
  readonly name: string;
  /** Of the engine that runs it. */
  readonly engine: string;
  /** As `llmspell repl` greets: `Lua 5.4`. */
  readonly title: string;
  readonly naming: Naming;
  /** How the absence of a value is written. */
  readonly nothing: string;
  /** Whether a value is not worth being shown, as what a call answers that answers nothing. */
  isNoise?(input: string, shown: string): boolean;
  readonly keywords: readonly string[];
  /** Runs in the VM: takes requests from the bridge `repl` and answers them, for as long as the session lasts. */
  readonly script: string;
  /** Throws `script.syntax`. */
  prepare(input: ReplInput): PreparedInput;
  /** Whether Enter ends the text; `ask` reaches the VM. */
  isComplete(text: string, ask: (request: ReplRequest) => Promise<ReplAnswer>): boolean | Promise<boolean>;
  highlight(text: string): StyledSpan[];
  /** Undefined where no name can stand: in a string, a comment, behind a number. */
  pathAt(text: string, cursor: number): NamePath | undefined;
  /** What the script answered as an error. */
  errorOf(answer: ReplAnswer): LlmspellError;
  /** A frame in terms of inputs; undefined for one that is none of the user's. Default: as it is. */
  locate?(frame: ScriptFrame, inputs: readonly ReplInput[]): ScriptFrame | undefined;
}

/** The name of the session's own script, whose frames are nobody's business. */
export const SCRIPT_FILE = "<repl>";
