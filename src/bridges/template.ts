import { Liquid } from "liquidjs";
import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { defineBridge } from "../bridge/define-bridge.ts";
import { anyObject } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import type { ScriptObject } from "../values/script-value.ts";
import { refuseBytes, toPlain } from "./plain-data.ts";
import { parseError, pure } from "./pure-method.ts";
import { escapeHtml, stripHtml } from "./text-html.ts";

const renderOptions = z
  .strictObject({
    strict: z
      .boolean()
      .optional()
      .describe(
        "Whether a value that is missing fails; else it is empty. Default true; `default` and `if` may always ask.",
      ),
    escape: z
      .enum(["none", "html"])
      .optional()
      .describe('"html" escapes every output but those through the filter raw. Default "none".'),
    partials: z.record(z.string(), z.string()).optional().describe("Templates by name, for {% render 'name' %}."),
  })
  .optional();

type RenderOptions = NonNullable<z.output<typeof renderOptions>>;

/** Liquid templates, closed off: no files, no clock, no randomness, bounded work. */
export const templateBridge = defineBridge({
  name: "template",
  summary:
    "Text templates in Liquid: `{{ path.to.value | filter: argument }}`, `{% if %}`, `{% for %}`. They see the given values and nothing else.",
  methods: {
    render: pure({
      summary:
        "Fills a template. Lists and objects are written as JSON. Fails with `template.missing` for a value that was not given, " +
        "`parse.invalid` (line and column in its details) for wrong syntax, `value.too_large` for more than 1,000,000 steps or 32 MB.",
      input: { template: z.string().max(1_000_000), values: anyObject.optional(), options: renderOptions },
      output: z.string(),
      run: ({ template, values, options = {} }, ctx) => render(template, values ?? {}, engineOf(ctx, options)),
    }),
    variables: pure({
      summary: "The paths of all values that a template reads, e.g. `step.output`.",
      input: { template: z.string().max(1_000_000) },
      output: z.array(z.string()),
      run: ({ template }) => guarded("template.variables", () => createEngine({}).globalFullVariablesSync(template)),
    }),
    validate: pure({
      summary: "What is wrong with a template's syntax, or nil.",
      input: { template: z.string().max(1_000_000) },
      output: z.string().nullable(),
      run: ({ template }) => {
        try {
          guarded("template.validate", () => createEngine({}).parse(template));
          return null;
        } catch (error) {
          if (LlmspellError.is(error) && error.code === "parse.invalid")
            return error.message.replace("template.validate: ", "");
          throw error;
        }
      },
    }),
  },
});

const MAX_STEPS = 1_000_000;
const MAX_MEMORY = 32 * 1024 * 1024;
/** Milliseconds; the limits of steps and memory come first in all but odd cases. */
const MAX_TIME = 10_000;

function createEngine({ strict = true, escape = "none", partials = {} }: RenderOptions): Liquid {
  const engine = new Liquid({
    templates: partials,
    strictFilters: true,
    strictVariables: strict,
    lenientIf: true,
    ownPropertyOnly: true,
    outputEscape: (value: unknown) => (escape === "html" ? escapeHtml(outputText(value)) : outputText(value)),
    timezoneOffset: 0,
    locale: "en-US",
    preserveTimezones: true,
    parseLimit: 4_000_000,
    memoryLimit: MAX_MEMORY,
    renderLimit: MAX_TIME,
  });
  // What depends on more than the values: a random choice, and the clock.
  engine.unregisterFilter("sample");
  for (const name of ["date", "date_to_xmlschema", "date_to_rfc822", "date_to_string", "date_to_long_string"])
    withoutClock(engine, name);
  engine.registerFilter("strip_html", (value: unknown) => stripHtml(String(value ?? "")));
  return engine;
}

function withoutClock(engine: Liquid, name: string): void {
  const filter = engine.filters[name];
  if (typeof filter !== "function") return;
  engine.registerFilter(name, function (this: ThisParameterType<typeof filter>, value: unknown, ...args: unknown[]) {
    if (value === "now" || value === "today")
      throw new Error(`the filter ${name} cannot read the clock; pass a time as a value`);
    return filter.call(this, value, ...args);
  });
}

function outputText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Engines of a run by their options. */
const ENGINES = {};

function engineOf(ctx: CallContext, options: RenderOptions): Liquid {
  if (options.partials) return createEngine(options);
  const engines = ctx.own(ENGINES, () => new Map<string, Liquid>());
  const key = `${options.strict ?? true} ${options.escape ?? "none"}`;
  const engine = engines.get(key) ?? createEngine(options);
  engines.set(key, engine);
  return engine;
}

function render(template: string, values: ScriptObject, engine: Liquid): string {
  const method = "template.render";
  const plain = toPlain(values, { method, bytes: refuseBytes(method), bigint: String });
  return guarded(
    method,
    () => engine.parseAndRenderSync(template, plain as object, { templateLimit: MAX_STEPS } as object) as string,
  );
}

interface LiquidFailure extends Error {
  token?: { getPosition?(): [number, number]; begin?: number };
  originalError?: Error & { variableName?: string };
}

/** Runs the template engine and makes its errors ours. */
function guarded<T>(method: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (LlmspellError.is(thrown)) throw thrown;
    if (thrown instanceof RangeError)
      throw new LlmspellError("value.too_large", `${method}: the template is nested too deeply`, { cause: thrown });
    const failure = thrown as LiquidFailure;
    const [line, column] = failure.token?.getPosition?.() ?? [];
    const problem = failure.message.split("\n")[0]?.replace(/, (?:file:.*, )?line:\d+, col:\d+$/, "") ?? "";
    if (/limit exceeded/.test(problem))
      throw new LlmspellError("value.too_large", `${method}: the template does too much: ${problem}`, {
        cause: thrown,
      });
    if (/Maximum call stack/.test(problem))
      throw new LlmspellError("value.too_large", `${method}: the template is nested too deeply`, { cause: thrown });
    const place = { ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
    if (failure.name !== "UndefinedVariableError") throw parseError(method, problem, place, thrown);
    const name = failure.originalError?.variableName ?? problem.replace("undefined variable: ", "");
    throw new LlmspellError("template.missing", `${method}: "${name}" was not given (line ${line}, column ${column})`, {
      details: { name, ...place },
      hint: 'Pass the value, or write {{ x | default: "" }}.',
      cause: thrown,
    });
  }
}
