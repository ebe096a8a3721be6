import { LlmspellError } from "../../errors.ts";
import type { JsonSchema } from "../../schemas/json-schema.ts";

const VERBS = ["get", "put", "post", "delete", "options", "head", "patch"] as const;
const MAX_REFERENCES = 2000;

/** Keywords of schemas that hold values, and those that hold schemas by name. */
const DATA = new Set(["enum", "const", "default", "examples", "required"]);
const MAPS = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]);

type Part = Record<string, unknown>;

export interface OpenApiParameter {
  name: string;
  in: "path" | "query" | "header" | "cookie";
  required: boolean;
  description: string;
  schema: JsonSchema;
  style: string;
  explode: boolean;
}

export interface OpenApiOperation {
  id: string;
  method: string;
  path: string;
  summary: string;
  tags: string[];
  deprecated: boolean;
  /** Made when asked for: a schema holds all that it refers to. */
  parameters(): OpenApiParameter[];
  body(): { required: boolean; type: string; schema: JsonSchema } | undefined;
  servers: string[];
}

/** An OpenAPI 3 document: its operations, every schema complete in itself. References lead inside of the document alone. */
export class OpenApiDocument {
  readonly title: string;
  readonly version: string;
  readonly operations: readonly OpenApiOperation[];
  readonly #root: Part;

  /** Throws `parse.invalid` for what is no OpenAPI 3 document. */
  constructor(given: unknown, source: string) {
    this.#root = partOf(given);
    const version = this.#root["openapi"];
    if (typeof version !== "string" || !version.startsWith("3.")) {
      const old = this.#root["swagger"] === undefined ? "" : ": it is Swagger 2, which must be converted first";
      throw new LlmspellError("parse.invalid", `${source} is no OpenAPI 3 document${old}`, { details: { source } });
    }
    const info = partOf(this.#root["info"]);
    this.title = textOf(info["title"]);
    this.version = textOf(info["version"]);
    this.operations = this.#operations();
  }

  #operations(): OpenApiOperation[] {
    const found: OpenApiOperation[] = [];
    for (const [path, item] of Object.entries(partOf(this.#root["paths"]))) {
      const shared = this.#resolve(item);
      for (const verb of VERBS) {
        if (shared[verb] === undefined) continue;
        const operation = partOf(shared[verb]);
        const parameters = () =>
          this.#parameters([...listOf(shared["parameters"]), ...listOf(operation["parameters"])]);
        const body = () => this.#body(operation["requestBody"]);
        const servers = [operation["servers"], shared["servers"], this.#root["servers"]]
          .map(listOf)
          .find((list) => list.length > 0);
        found.push({
          id: textOf(operation["operationId"]) || `${verb.toUpperCase()} ${path}`,
          method: verb.toUpperCase(),
          path,
          summary: textOf(operation["summary"]) || textOf(operation["description"]).split("\n", 1)[0] || "",
          tags: listOf(operation["tags"]).map(textOf),
          deprecated: operation["deprecated"] === true,
          parameters,
          body,
          servers: (servers ?? []).map((server) => serverUrl(partOf(server))),
        });
      }
    }
    return found;
  }

  #parameter(given: Part): OpenApiParameter | undefined {
    const place = given["in"];
    if (place !== "path" && place !== "query" && place !== "header" && place !== "cookie") return undefined;
    const style = textOf(given["style"]) || (place === "query" || place === "cookie" ? "form" : "simple");
    const [content] = Object.values(partOf(given["content"]));
    return {
      name: textOf(given["name"]),
      in: place,
      required: place === "path" || given["required"] === true,
      description: textOf(given["description"]),
      schema: this.#schema(given["schema"] ?? partOf(content)["schema"] ?? {}),
      style,
      explode: typeof given["explode"] === "boolean" ? given["explode"] : style === "form",
    };
  }

  /** Those of an operation go over those of its path. */
  #parameters(given: unknown[]): OpenApiParameter[] {
    const parameters = new Map<string, OpenApiParameter>();
    for (const each of given) {
      const parameter = this.#parameter(this.#resolve(each));
      if (parameter) parameters.set(`${parameter.in} ${parameter.name}`, parameter);
    }
    return [...parameters.values()];
  }

  #body(given: unknown): ReturnType<OpenApiOperation["body"]> {
    if (given === undefined) return undefined;
    const body = this.#resolve(given);
    const content = partOf(body["content"]);
    const types = Object.keys(content);
    const type = types.find((each) => /[/+]json\b/.test(each)) ?? types[0];
    if (type === undefined) return undefined;
    return { required: body["required"] === true, type, schema: this.#schema(partOf(content[type])["schema"] ?? {}) };
  }

  /** What a `$ref` leads to. Throws `parse.invalid` for one that leads outside, nowhere, or in a circle. */
  #resolve(given: unknown): Part {
    let part = partOf(given);
    for (let hops = 0; typeof part["$ref"] === "string"; hops++) {
      if (hops > 20) throw new LlmspellError("parse.invalid", `the reference "${part["$ref"]}" leads in a circle`);
      part = this.#target(part["$ref"]);
    }
    return part;
  }

  #target(reference: string): Part {
    if (!reference.startsWith("#/")) {
      throw new LlmspellError("parse.invalid", `the document refers to "${reference}", outside of itself`, {
        hint: "Bundle the document into one file first.",
      });
    }
    let at: unknown = this.#root;
    for (const step of reference.slice(2).split("/")) {
      const name = decode(step).replaceAll("~1", "/").replaceAll("~0", "~");
      at = typeof at === "object" && at !== null && Object.hasOwn(at, name) ? (at as Part)[name] : undefined;
    }
    if (typeof at === "object" && at !== null) return at as Part;
    throw new LlmspellError("parse.invalid", `the document refers to "${reference}", which is not there`);
  }

  /** A schema with everything that it refers to under `$defs`, so that it can be checked alone; OpenAPI 3.0's `nullable` as JSON Schema says it. */
  #schema(given: unknown): JsonSchema {
    const definitions = new Map<string, { name: string; schema?: JsonSchema }>();
    const convert = (node: unknown): unknown => {
      if (Array.isArray(node)) return node.map(convert);
      if (typeof node !== "object" || node === null) return node;
      const part = node as Part;
      if (typeof part["$ref"] === "string") return { $ref: `#/$defs/${define(part["$ref"])}` };
      const { nullable, discriminator: _, xml: __, example: ___, exclusiveMinimum, exclusiveMaximum, ...rest } = part;
      const converted = Object.fromEntries(
        Object.entries(rest).map(([key, value]) => [key, inner(key, value)]),
      ) as Part;
      limit(converted, "minimum", "exclusiveMinimum", exclusiveMinimum);
      limit(converted, "maximum", "exclusiveMaximum", exclusiveMaximum);
      if (nullable !== true || converted["type"] === undefined) return converted;
      const { enum: values } = converted;
      return {
        ...converted,
        type: [converted["type"], "null"].flat(),
        ...(Array.isArray(values) ? { enum: [...values, null] } : {}),
      };
    };
    const inner = (key: string, value: unknown): unknown => {
      if (DATA.has(key)) return value;
      if (!MAPS.has(key)) return convert(value);
      return Object.fromEntries(Object.entries(partOf(value)).map(([name, each]) => [name, convert(each)]));
    };
    const define = (reference: string): string => {
      const known = definitions.get(reference);
      if (known) return known.name;
      if (definitions.size >= MAX_REFERENCES)
        throw new LlmspellError("parse.invalid", "a schema of the document refers to too many others");
      const entry: { name: string; schema?: JsonSchema } = { name: `d${definitions.size}` };
      definitions.set(reference, entry);
      entry.schema = convert(this.#target(reference)) as JsonSchema;
      return entry.name;
    };
    const schema = convert(given) as JsonSchema;
    if (definitions.size === 0) return schema;
    return {
      ...schema,
      $defs: Object.fromEntries([...definitions.values()].map(({ name, schema: each }) => [name, each])),
    };
  }
}

/** OpenAPI 3.0 says `exclusiveMinimum: true` beside `minimum`. */
function limit(schema: Part, inclusive: string, exclusive: string, given: unknown): void {
  if (typeof given === "number") schema[exclusive] = given;
  if (given !== true) return;
  schema[exclusive] = schema[inclusive];
  delete schema[inclusive];
}

/** With the defaults of its variables. */
function serverUrl(server: Part): string {
  const variables = partOf(server["variables"]);
  return textOf(server["url"]).replaceAll(
    /\{([^}]*)\}/g,
    (whole, name: string) => textOf(partOf(variables[name])["default"]) || whole,
  );
}

function decode(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

function partOf(value: unknown): Part {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Part) : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
