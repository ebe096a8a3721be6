import type { TypingsGenerator } from "./generator.ts";
import type { ApiHandle, ApiMethod, ApiSignature, ScriptApi } from "./script-api.ts";
import { pascal } from "./pascal.ts";
import type { SpellParameters } from "./spell-parameters.ts";
import { TYPESCRIPT_PRELUDE } from "./typescript-prelude.ts";
import { docComment, propertyName, typescriptField, typescriptType } from "./typescript-text.ts";
import type { Field, ObjectType, TextType } from "./value-type.ts";

const HEADER = "// Written by `llmspell types`: changes will be lost.\n";

/** Declarations for JavaScript and TypeScript. */
export const typescriptTypings: TypingsGenerator = {
  apiFile: "llmspell.d.ts",
  api: (api) => [HEADER, TYPESCRIPT_PRELUDE, globalsText(api), namespaceText(api)].join("\n"),
  parameters: (spells, own) =>
    [
      HEADER,
      "declare namespace llmspell {",
      "  /** The parameters of each spell, by its name. */",
      "  interface Parameters {",
      spells.map((spell) => `    ${propertyName(spell.name)}: ${parametersText(spell, "    ")};`).join("\n"),
      "  }",
      "}\n",
      "/** The parameters of the spell. */",
      `declare var params: ${own ? `llmspell.Parameters[${JSON.stringify(own.name)}]` : "any"};\n`,
    ]
      .filter((line) => line !== "")
      .join("\n"),
};

function parametersText({ parameters }: SpellParameters, indent: string): string {
  if (parameters.length === 0) return "Record<string, never>";
  const fields = parameters.map(
    (field) => `${docComment([field.text], `${indent}  `)}${indent}  ${typescriptField(field, { side: "output" })};\n`,
  );
  return `{\n${fields.join("")}${indent}}`;
}

/** Names of our own that a bridge has besides what its definition says. */
function globalsText({ globals }: ScriptApi): string {
  return globals
    .map(({ name, aliases, summary }) =>
      [name, ...aliases]
        .map((global) => `${docComment([summary], "")}declare var ${global}: llmspell.${pascal(name)}Api;\n`)
        .join(""),
    )
    .join("");
}

const HANDLE = `  /** A handle of this type, as a method takes it. */
  interface Handle<T extends string> {
    readonly [Symbol.toStringTag]: T;
  }
`;

function namespaceText({ globals, handles, types }: ScriptApi): string {
  const apis = globals.map(({ name, summary, constants, methods, open }) => {
    const fields = Object.entries(constants).map(
      ([constant, value]) => `    readonly ${propertyName(constant)}: ${constantType(value)};\n`,
    );
    const body = methods.map((method) => methodText(method)).join("");
    const others = open ? "    [name: string]: (...args: any[]) => any;\n" : "";
    return `${docComment([summary], "  ")}  interface ${pascal(name)}Api {\n${fields.join("")}${body}${others}  }\n`;
  });
  return `declare namespace llmspell {\n${HANDLE}${[...apis, ...handles.map(handleText), ...types.map(declarationText)].join("\n")}}\n`;
}

function constantType(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? `readonly ${typeof value[0]}[]` : typeof value;
}

function handleText({ type, summary, fields, iterates, methods }: ApiHandle): string {
  const shown = fields.map((field) => `    readonly ${typescriptField(field, { side: "output" })};\n`).join("");
  const iterator = iterates
    ? `    [Symbol.asyncIterator](): AsyncIterableIterator<${typescriptType(iterates, { side: "output" })}>;\n`
    : "";
  const body = methods.map((method) => methodText(method)).join("");
  return `${docComment([summary], "  ")}  interface ${pascal(type)} extends Handle<${JSON.stringify(type)}> {\n${shown}${body}${iterator}  }\n`;
}

function declarationText({
  kind,
  name = "",
  fields,
  side,
  listed = false,
  open = false,
}: ObjectType | TextType): string {
  const lines = fields.map(
    (field) => `${docComment([field.text], "    ")}    ${typescriptField(field, { side, open: listed })};\n`,
  );
  if (open) lines.push("    [field: string]: any;\n");
  const base = kind === "text" ? " extends String" : "";
  const doc = kind === "text" ? docComment(["A text with fields besides."], "  ") : "";
  return `${doc}  interface ${name}${base} {\n${lines.join("")}  }\n`;
}

function methodText({ name, summary, capability, signatures }: ApiMethod): string {
  return signatures
    .map((signature) => {
      const { parameters, rest } = signature;
      const doc = docComment(
        [
          summary,
          capability === undefined ? "" : `Needs the permission \`${capability}\`.`,
          ...parameters.filter(({ text }) => text !== "").map((each) => `@param ${each.name} ${each.text}`),
          ...(rest && rest.text !== "" ? [`@param rest ${rest.text}`] : []),
        ],
        "    ",
      );
      return `${doc}    ${propertyName(name)}${signatureText(signature)};\n`;
    })
    .join("");
}

function signatureText({ parameters, rest, result, waits, follows }: ApiSignature): string {
  const lastRequired = parameters.findLastIndex(({ optional }) => !optional);
  const texts = parameters.map((parameter, index) =>
    parameterText(parameter, index < lastRequired, follows ? "R" : undefined),
  );
  if (rest) texts.push(`...rest: readonly ${typescriptType({ kind: "list", item: rest.type }, { side: "output" })}`);
  const answer = typescriptType(result, { side: "output" });
  const outcome = waits ? `Promise<${answer}>` : follows ? `Following<R, ${answer}>` : answer;
  return `${follows ? "<R>" : ""}(${texts.join(", ")}): ${outcome}`;
}

/** A parameter before a required one cannot be left out, only be null. */
function parameterText(field: Field, inner: boolean, result: string | undefined): string {
  const name = parameterName(field.name);
  const writing = { side: "input", ...(result === undefined ? {} : { result }) } as const;
  if (!inner || !field.optional) return typescriptField({ ...field, name }, writing);
  return `${typescriptField({ ...field, name, optional: false }, writing)} | null | undefined`;
}

/** Words that no parameter may be called. */
const RESERVED = new Set(
  "break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return super switch this throw true try typeof var void while with".split(
    " ",
  ),
);

function parameterName(name: string): string {
  return RESERVED.has(name) ? `${name}_` : name;
}
