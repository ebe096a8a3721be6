import { LlmspellError } from "../../errors.ts";
import type { SchemaProblem } from "../../schemas/compile-schema.ts";
import type { JsonSchema } from "../../schemas/json-schema.ts";
import type { OpenApiOperation, OpenApiParameter } from "./openapi-document.ts";

export interface GivenValues {
  parameters: Record<string, unknown>;
  body?: unknown;
}

/** The request that an operation and its values make. Throws `tool.invalid_arguments` with every problem at once. */
export async function toOpenApiRequest(
  operation: OpenApiOperation,
  base: string,
  { parameters, body }: GivenValues,
): Promise<{ url: string; headers: Record<string, string>; body?: string }> {
  const declared = operation.parameters();
  const content = operation.body();
  await check(operation.id, declared, content, { parameters, body });
  let path = operation.path;
  const query: [string, string][] = [];
  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  for (const parameter of declared) {
    const { name } = parameter;
    const value = parameters[name];
    if (value === undefined || value === null) continue;
    if (parameter.in === "path") path = path.replaceAll(`{${name}}`, pathText(name, joined(value)));
    else if (parameter.in === "query") query.push(...queryPairs(parameter, value));
    else if (parameter.in === "header") headers[name.toLowerCase()] = joined(value);
    else cookies.push(`${encodeURIComponent(name)}=${encodeURIComponent(joined(value))}`);
  }
  if (cookies.length > 0) headers["cookie"] = cookies.join("; ");
  // "@other.example" would make a user name of the server, and another server of itself.
  if (!path.startsWith("/"))
    throw new LlmspellError("parse.invalid", `the path "${path}" of the document does not begin with "/"`);
  const url = new URL(base.replace(/\/+$/, "") + path);
  for (const [name, value] of query) url.searchParams.append(name, value);
  if (body === undefined || !content) return { url: url.href, headers };
  const { type } = content;
  return { url: url.href, headers: { "content-type": type, ...headers }, body: bodyText(type, body) };
}

async function check(
  id: string,
  declared: readonly OpenApiParameter[],
  content: ReturnType<OpenApiOperation["body"]>,
  { parameters, body }: GivenValues,
): Promise<void> {
  const problems: SchemaProblem[] = [];
  const known = new Set(declared.map(({ name }) => name));
  for (const name of Object.keys(parameters).filter((each) => !known.has(each))) {
    problems.push({ path: `/parameters/${name}`, message: "the operation has no such parameter" });
  }
  for (const { name, required, schema } of declared) {
    const value = parameters[name];
    if (value !== undefined && value !== null)
      problems.push(...(await problemsOf(schema, value, `/parameters/${name}`)));
    else if (required) problems.push({ path: `/parameters/${name}`, message: "it is required" });
  }
  if (body === undefined) {
    if (content?.required) problems.push({ path: "/body", message: "it is required" });
  } else if (!content) problems.push({ path: "/body", message: "the operation has no body" });
  else problems.push(...(await problemsOf(content.schema, body, "/body")));
  if (problems.length === 0) return;
  const told = problems.map(({ path, message }) => `${path.slice(1).replaceAll("/", ".")}: ${message}`);
  throw new LlmspellError("tool.invalid_arguments", `"${id}" cannot be called: ${told.join("; ")}`, {
    details: { operation: id, problems },
  });
}

async function problemsOf(schema: JsonSchema, value: unknown, path: string): Promise<SchemaProblem[]> {
  const { compileSchema } = await import("../../schemas/compile-schema.ts");
  return compileSchema(schema)
    .problems(value)
    .map((problem) => ({ path: path + problem.path, message: problem.message }));
}

/** A value of a path. `.` and `..` would lead to another operation. */
function pathText(name: string, text: string): string {
  if (text !== "" && text !== "." && text !== "..") return encodeURIComponent(text);
  throw new LlmspellError("input.invalid", `the path parameter "${name}" may not be "${text}"`);
}

/** Style `simple`, and all others where they agree with it. */
function joined(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(",");
  if (typeof value === "object" && value !== null) return Object.entries(value).flat().map(String).join(",");
  return String(value);
}

const SEPARATORS: Readonly<Record<string, string>> = { form: ",", spaceDelimited: " ", pipeDelimited: "|" };

/** https://spec.openapis.org/oas/v3.1.0#style-values */
function queryPairs({ name, style, explode }: OpenApiParameter, value: unknown): [string, string][] {
  if (Array.isArray(value)) {
    return explode
      ? value.map((each): [string, string] => [name, String(each)])
      : [[name, value.map(String).join(SEPARATORS[style] ?? ",")]];
  }
  if (typeof value !== "object" || value === null) return [[name, String(value)]];
  const entries = Object.entries(value).map(([key, each]): [string, string] => [key, String(each)]);
  if (style === "deepObject") return entries.map(([key, each]) => [`${name}[${key}]`, each]);
  return explode ? entries : [[name, entries.flat().join(",")]];
}

function bodyText(type: string, body: unknown): string {
  if (/[/+]json\b/.test(type)) return JSON.stringify(body);
  if (type === "application/x-www-form-urlencoded" && typeof body === "object" && body !== null) {
    return new URLSearchParams(
      Object.entries(body).map(([name, value]): [string, string] => [name, String(value)]),
    ).toString();
  }
  if (typeof body === "string") return body;
  throw new LlmspellError("input.invalid", `a body of the type ${type} must be given as text`);
}
