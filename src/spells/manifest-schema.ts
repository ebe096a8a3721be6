import { z } from "zod";
import { readDuration, readSize } from "../values/units.ts";
import { PARAMETER_TYPES, STRING_FORMATS } from "./manifest.ts";

/** Of semver.org, without groups. */
const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?$/;

const text = z.string({ error: "expected a text" }).max(10_000);
const list = z.array(text.max(300), { error: "expected a list of texts" });
const count = z.int({ error: "expected a whole number" }).min(0);
const scalar = z.union([z.string(), z.number(), z.boolean()], { error: "expected texts, numbers or booleans" });
const size = quantity(readSize, "expected a size such as 512KB or 64MB");
const duration = quantity(readDuration, "expected a duration such as 500ms, 90s or 5m");

const spellName = text.regex(
  /^[A-Za-z0-9_][\w.-]{0,99}$/,
  "a spell's name has letters, digits, _, - and ., and starts with none of the last two",
);
const parameterName = text.regex(
  /^(?!__proto__$)[A-Za-z_][\w-]{0,63}$/,
  "a parameter's name has letters, digits, _ and -, and starts with a letter",
);

const ruleFields = {
  type: z
    .enum(PARAMETER_TYPES, { error: `expected one of ${PARAMETER_TYPES.join(", ")}` })
    .optional()
    .describe("Default: enum where values are listed, else the type of the default, else string."),
  description: text.optional().describe("For the help."),
  required: z.boolean().optional().describe("Whether a run without it is refused. Default false."),
  default: z.unknown().optional().describe("Taken where none is given. It has to fit the parameter."),
  enum: z.array(scalar).min(1).optional().describe("The only values that fit. `choices` means the same."),
  min: z.number().optional().describe("The least number. `minimum` means the same."),
  max: z.number().optional().describe("The largest number. `maximum` means the same."),
  minLength: count.optional().describe("The least number of characters of a text."),
  maxLength: count.optional().describe("The largest number of characters of a text."),
  pattern: text.optional().describe("A regular expression (RE2 syntax) that matches somewhere in a text."),
  format: z
    .enum(STRING_FORMATS, { error: `expected one of ${STRING_FORMATS.join(", ")}` })
    .optional()
    .describe("A well-known form of text."),
  items: z.lazy(() => parameterRuleSchema.optional()).describe("What each item of an array has to be."),
  minItems: count.optional().describe("The least number of items of an array."),
  maxItems: count.optional().describe("The largest number of items of an array."),
  properties: z
    .lazy(() => parametersSchema.optional())
    .describe("The properties of an object, which then has no others."),
};

function quantity(read: (given: string) => number | undefined, error: string): z.ZodUnion<[z.ZodNumber, z.ZodString]> {
  return z.union([z.number().positive(error), z.string().refine((given) => read(given) !== undefined, error)], {
    error,
  });
}

/** A parameter without its name: a value of the map form, an array's items. */
const parameterRuleSchema: z.ZodType = z.strictObject(ruleFields);

/** A parameter as an item of the list form. */
const parameterSchema = z.strictObject({
  name: parameterName.describe("In a map of parameters, its key."),
  ...ruleFields,
});

const parametersSchema: z.ZodType = z.union([z.array(parameterSchema), z.record(parameterName, parameterRuleSchema)]);

const permissionsSchema = z.strictObject({
  net: list.optional().describe("Hosts that `http` reaches: exact, `*.example.com`, `host:port`, or `*` for all."),
  privateNet: list.optional().describe("Of these, such as are private or on this machine."),
  env: list.optional().describe("Environment variables that `env` shows."),
  commands: list.optional().describe("Programs that the tool `command_run` may start, by name."),
  fs: z
    .enum(["none", "read", "write"], { error: "expected none, read or write" })
    .optional()
    .describe("Files in the workspace; `write` includes reading. Default none."),
  state: z
    .enum(["none", "spell", "shared"], { error: "expected none, spell or shared" })
    .optional()
    .describe("Stored state: none, the spell's own, or also what spells share. Default the spell's own."),
});

const limitsSchema = z.strictObject({
  memory: size.optional().describe("Memory of the VM, e.g. 128MB."),
  cpu: duration.optional().describe("Time of computing, e.g. 10s; a bare number is seconds."),
  timeout: duration.optional().describe("Time from start to end, e.g. 5m."),
  hostCalls: count.optional().describe("Calls of bridges."),
  concurrentCalls: count.optional().describe("Calls of bridges at once."),
  outputBytes: size.optional().describe("What the spell prints."),
  hostBytes: size.optional().describe("What the host holds for the run."),
  valueBytes: size.optional().describe("One value that crosses."),
  stateBytes: size.optional().describe("One stored state."),
});

const modelsSchema = z.strictObject({
  default: text.optional().describe("The model where a call names none, e.g. openai/gpt-4o."),
  required: z.boolean().optional().describe("Fail rather than use the offline model."),
});

/** `spell.yaml` and the header, with camelCase keys: what editors complete and check. */
export const manifestSchema = z.strictObject({
  $schema: text.optional().describe("For editors."),
  name: spellName.optional().describe("Default: the name of the folder or of the script."),
  version: text
    .max(100)
    .regex(SEMVER, "expected a version such as 1.0.0")
    .optional()
    .describe("Semantic version; the script sees it as `spell.version`."),
  engine: text.optional().describe("Language of the script. Default: by its shebang or extension."),
  entry: text
    .optional()
    .describe("The script, relative to the manifest. Default: `main`, `index`, `init` or the spell's name."),
  description: text.optional().describe("What it does. Shown by `info`, `list` and its help."),
  author: text.optional().describe("Who made it."),
  license: text.optional().describe("SPDX identifier, e.g. Apache-2.0."),
  homepage: text.optional().describe("Where there is more about it."),
  keywords: list.optional().describe("For finding it."),
  parameters: parametersSchema.optional().describe("What a run may be given: a list, or a map by name."),
  permissions: permissionsSchema
    .optional()
    .describe("All that the spell needs. What is not granted ends the start; what is not named here is not available."),
  limits: limitsSchema.optional().describe("Over those of the configuration, under the flags."),
  dependencies: list.optional().describe("Names of other spells and packages, which have to be found at the start."),
  models: modelsSchema.optional().describe("Over those of the configuration, under the flags."),
});
export type ManifestInput = z.output<typeof manifestSchema>;
