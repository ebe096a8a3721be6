import type { z } from "zod";
import type { Spend } from "../budget/budget.ts";
import type { Usage } from "../journal/journal.ts";
import type { Handle, ScriptValue } from "../values/script-value.ts";
import type { NativeMethod } from "../engine/shape.ts";
import type { CallContext } from "./call-context.ts";

/**
 * What a method does to the world, and so what the journal keeps of it.
 *
 * - `pure`: the result depends on the arguments alone. Skips policy, budget and journal.
 * - `local`: works on what this run holds (a channel, state in memory, a session), deterministically; runs again on
 *   replay. Whatever it needs from outside it calls through `ctx.call`, so that this is journaled.
 * - `read`: observes the world (a file, a model, the clock). Its result is journaled and answered from there on replay,
 *   so it is data: it holds no handle (a local method wraps it in one).
 * - `write`: changes the world. Journaled like `read`.
 * - `composite`: made of calls to other methods (an agent's run, a workflow's step). Journaled, so that what is done for
 *   it stands under it, but on replay it runs again like a local one and each of its parts is answered from the journal:
 *   whatever comes from outside it gets through `ctx.call`.
 */
export type Effect = "pure" | "local" | "read" | "write" | "composite";

/** Positional parameters by name, in order. Optional ones come last. */
export type Parameters = Readonly<Record<string, z.ZodType>>;

export type InputOf<P extends Parameters> = { [K in keyof P]: z.output<P[K]> };

/** One of several ways to call a method, where the answer depends on what is given. For documentation and editors alone. */
export interface Signature {
  input: Parameters;
  output: z.ZodType;
  /** Answers with a Promise in JavaScript although the method is sync. */
  waits?: true;
}

/** One method of a bridge, written once for every language. */
export interface Method<P extends Parameters = Parameters, R extends z.ZodType = z.ZodType, S = unknown> {
  /** One sentence for the documentation, then shapes, units and errors where they are not obvious. */
  summary: string;
  input: P;
  /** Schema of further positional arguments; they arrive as `rest`. */
  rest?: z.ZodType;
  output: R;
  /** The ways to call it, the most special first. Default: `input` and `output` are the only one. */
  signatures?: readonly Signature[];
  effect: Effect;
  /** Answers at once in JavaScript too. Default false: a Promise. A sync method returns a promise only when it was given a callback. */
  sync?: true;
  /** What the policy is asked for, e.g. `fs.write`. */
  capability?: string;
  /** To what: a path, a host name. */
  target?(input: InputOf<P>): string | undefined;
  /** The name of what the call is about (an agent, a tool, a step), for those who read the journal: its arguments may hold a handle alone. */
  about?(input: InputOf<P>, ctx: CallContext, self: Handle<S>): string | undefined;
  /** Output and logs: what cannot cross arrives as text. Neither counted as a host call. */
  lenient?: true;
  /** Only for `ctx.call` of bridges: scripts do not see it. */
  internal?: true;
  /** Is a part of a call that counts already: no host call of its own. */
  partOfCall?: true;
  /** Its answer begins a new stretch of work (an input of a session): CPU time, host calls and output count anew from there. */
  renews?: true;
  /** Carried out by the engine, inside of the VM: never comes to the dispatcher. */
  native?: NativeMethod;
  /** Waits for another task of the same run (a channel): does not keep a run alive that nothing else can wake. */
  passive?: true;
  /** Upper estimate of what a call spends. */
  estimate?(input: InputOf<P>, ctx: CallContext): Spend;
  /** What a call spent, for the journal and the budget; see also `CallContext.spend`. */
  usage?(output: z.output<R>): Usage | undefined;
  /** `self` is the handle, for a handle's methods. A generator may `yield` what callbacks return, see `drive`. */
  run(
    input: InputOf<P> & { rest: ScriptValue[] },
    ctx: CallContext,
    self: Handle<S>,
  ): z.output<R> | Promise<z.output<R>> | Generator<unknown, z.output<R>, unknown>;
}

/** A type of host object with methods. */
export interface HandleDefinition {
  summary: string;
  /** Data that it shows besides its methods, as given to `CallContext.handle`. */
  fields?: Readonly<Record<string, z.ZodType>>;
  /** The method that iterates: next value, nil at the end. */
  iterator?: string;
  /** The method to call when an iteration is left early. */
  leave?: string;
  methods: Readonly<Record<string, Method<never, never, never>>>;
}

export interface BridgeDefinition {
  /** The global's name in every language. */
  name: string;
  aliases?: readonly string[];
  summary: string;
  constants?: Readonly<Record<string, ScriptValue>>;
  methods: Readonly<Record<string, Method<never, never, never>>>;
  /** The method that is called for members of the global that are none of its own: with their name, then the arguments. */
  fallback?: string;
  /** By type name. */
  handles?: Readonly<Record<string, HandleDefinition>>;
}

/** Types one method from its schemas; adds nothing at run time. */
export function method<const P extends Parameters, R extends z.ZodType>(
  spec: Method<P, R, never>,
): Method<never, never, never> {
  return spec as never;
}

/** The same for a method of a handle whose state is `S`. */
export function handleMethod<S>() {
  return <const P extends Parameters, R extends z.ZodType>(spec: Method<P, R, S>): Method<never, never, never> =>
    spec as never;
}

/**
 * Defines one global of the script API. The definition is the only source of the global in every language, its
 * validation, journal entries, documentation and types.
 *
 * @example
 * export const hexBridge = defineBridge({
 *   name: "hex",
 *   summary: "Hexadecimal text.",
 *   methods: {
 *     encode: method({
 *       summary: "Writes bytes as lower-case hexadecimal digits.",
 *       input: { data: bytesOrText },
 *       output: z.string(),
 *       effect: "pure",
 *       sync: true,
 *       run: ({ data }) => Buffer.from(data).toString("hex"),
 *     }),
 *   },
 * });
 */
export function defineBridge(definition: BridgeDefinition): BridgeDefinition {
  return definition;
}
