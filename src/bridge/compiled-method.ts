import type { z } from "zod";
import type { Naming } from "../engine/shape.ts";
import { LlmspellError } from "../errors.ts";
import type { Handle, ScriptValue } from "../values/script-value.ts";
import type { CallContext } from "./call-context.ts";
import type { BridgeDefinition, Method } from "./define-bridge.ts";
import { drive } from "./drive.ts";
import { describeIssue } from "./issue-text.ts";
import type { SchemaTag } from "./schema-tags.ts";
import { type Reshape, type ReshapeScope, compileInput, compileOutput } from "./shaper.ts";

interface Parameter {
  name: string;
  schema: z.ZodType;
  reshape: Reshape;
}

export type MethodInput = Record<string, unknown> & { rest: ScriptValue[] };

/** A method ready to be called: its schemas compiled once per process, at its first call. */
export class CompiledMethod {
  /** `bridge.method` or `handleType.method`, as the journal and messages name it. */
  readonly name: string;
  readonly bridge: BridgeDefinition;
  /** The bridge or handle type. */
  readonly owner: string;
  readonly spec: Method;
  readonly ofHandle: boolean;
  readonly #parameters: readonly Parameter[];
  readonly #rest: Parameter | undefined;
  readonly #presenters: Partial<Record<Naming, { reshape: Reshape }>> = {};
  readonly #drives: boolean;
  readonly #callbackPresenters: Record<Naming, Map<object, readonly Reshape[]>> = {
    camel: new Map(),
    snake: new Map(),
  };
  readonly #callbackResults = new Map<object, Reshape>();
  #nilAllowed: boolean | undefined;

  constructor(bridge: BridgeDefinition, owner: string, methodName: string, spec: Method, ofHandle: boolean) {
    this.name = `${owner}.${methodName}`;
    this.bridge = bridge;
    this.owner = owner;
    this.spec = spec;
    this.ofHandle = ofHandle;
    this.#parameters = Object.entries(spec.input).map(([name, schema]) => ({
      name,
      schema,
      reshape: compileInput(schema),
    }));
    this.#rest = spec.rest && { name: "rest", schema: spec.rest, reshape: compileInput(spec.rest) };
    this.#drives = spec.run.constructor.name === "GeneratorFunction";
  }

  /** Positional arguments as validated input. Throws `input.invalid`. */
  parse(args: readonly ScriptValue[], scope: ReshapeScope): MethodInput {
    const input: MethodInput = { rest: [] };
    let index = 0;
    for (const parameter of this.#parameters) input[parameter.name] = this.#check(parameter, args[index++], scope);
    if (this.#rest) {
      for (; index < args.length; index++) input.rest.push(this.#check(this.#rest, args[index], scope) as ScriptValue);
    } else if (args.length > index && args.slice(index).some((arg) => arg !== null && arg !== undefined)) {
      throw new LlmspellError(
        "input.invalid",
        `${this.name} takes ${index} argument${index === 1 ? "" : "s"}, got ${args.length}`,
        {
          hint: `Use ${this.signature()}.`,
        },
      );
    }
    return input;
  }

  #check(parameter: Parameter, given: ScriptValue, scope: ReshapeScope): unknown {
    const value = given === null ? undefined : given;
    const shaped = parameter.reshape && value !== undefined ? parameter.reshape(value, scope) : value;
    const result = parameter.schema.safeParse(shaped, { reportInput: true });
    if (result.success) return result.data;
    throw this.#invalid(parameter, given, result.error.issues);
  }

  #invalid(parameter: Parameter, given: ScriptValue, issues: readonly z.core.$ZodIssue[]): LlmspellError {
    const missing = given === undefined || given === null;
    const problems = issues.slice(0, 5).map((issue) => {
      const path = issue.path.length > 0 ? `${parameter.name}.${issue.path.join(".")}` : parameter.name;
      return missing ? `${path} is missing` : `${path}: ${describeIssue(issue, parameter.schema)}`;
    });
    return new LlmspellError("input.invalid", `${this.name}: ${problems.join("; ")}`, {
      details: { method: this.name, issues: issues.map(({ path, message }) => ({ path: path.map(String), message })) },
      hint: `Use ${this.signature()}.`,
    });
  }

  /** For messages: `llm.chat(prompt, options?)`. */
  signature(): string {
    const names = this.#parameters.map(({ name, schema }) => (schema._zod.optin !== undefined ? `${name}?` : name));
    return `${this.name}(${[...names, ...(this.#rest ? ["..."] : [])].join(", ")})`;
  }

  run(input: MethodInput, ctx: CallContext, self: Handle): ScriptValue | Promise<ScriptValue> {
    const output: unknown = this.spec.run(input, ctx, self);
    return (this.#drives ? drive(output as Generator) : output) as ScriptValue | Promise<ScriptValue>;
  }

  /** Checks a result against the bridge's own schema. Throws `output.invalid`. */
  checkOutput(value: ScriptValue): ScriptValue {
    if (value === undefined || value === null) {
      if (this.#mayBeNil()) return null;
    }
    const result = this.spec.output.safeParse(value);
    if (result.success) return result.data as ScriptValue;
    const issue = result.error.issues[0];
    const where = issue && issue.path.length > 0 ? ` at ${issue.path.join(".")}` : "";
    throw new LlmspellError(
      "output.invalid",
      `${this.name} returned a wrong value${where}: ${issue?.message ?? "invalid"}`,
      {
        details: { method: this.name },
      },
    );
  }

  #mayBeNil(): boolean {
    return (this.#nilAllowed ??=
      this.spec.output.safeParse(undefined).success || this.spec.output.safeParse(null).success);
  }

  /** How the arguments of a callback are presented, by position. */
  presentersOf(spec: NonNullable<SchemaTag["callback"]>, naming: Naming): readonly Reshape[] {
    const known = this.#callbackPresenters[naming].get(spec);
    if (known) return known;
    const presenters = spec.args.map((schema) => compileOutput(schema, naming));
    this.#callbackPresenters[naming].set(spec, presenters);
    return presenters;
  }

  /** What happens to a callback's result before validation. */
  reshapeOf(spec: NonNullable<SchemaTag["callback"]>): Reshape {
    if (!spec.returns) return undefined;
    if (!this.#callbackResults.has(spec)) this.#callbackResults.set(spec, compileInput(spec.returns));
    return this.#callbackResults.get(spec);
  }

  /** A result in the script's own spelling. */
  present(value: ScriptValue, naming: Naming, scope: ReshapeScope): ScriptValue {
    const presenter = (this.#presenters[naming] ??= { reshape: compileOutput(this.spec.output, naming) });
    return presenter.reshape ? (presenter.reshape(value, scope) as ScriptValue) : value;
  }
}
