import { createRequire } from "node:module";
import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { refuseEntities } from "../convert/xml-data.ts";
import { decodeText } from "../file/encoding.ts";
import { checkXml } from "../web/check-xml.ts";
import { defineTool } from "../tool.ts";
import type { ToolHost } from "../tool-host.ts";

/** What is used of a node of either library. */
interface XmlNode {
  nodeType: number;
  nodeName: string;
  nodeValue: string | null;
  textContent: string | null;
  /** Of elements. */
  attributes?: Iterable<{ name: string; value: string }>;
}

type Evaluate = (query: string, node: XmlNode) => string | number | boolean | XmlNode[];

/** Not imported: its declarations would bring the names of browsers into every file. */
function loadXpath(): { useNamespaces(namespaces: Record<string, string>): Evaluate } {
  return createRequire(import.meta.url)("xpath") as ReturnType<typeof loadXpath>;
}

const MAX_CHARACTERS = 5_000_000;
const MAX_XML = 4000;
/** Of all matches. */
const MAX_MATCHED = 20_000_000;

const found = z.object({
  type: z.enum(["element", "attribute", "text", "value"]),
  name: z.string().optional(),
  value: z.union([z.string(), z.number(), z.boolean()]).describe("Text of a node, or what the query answers."),
  attributes: z.record(z.string(), z.string()).optional(),
  xml: z.string().optional().describe(`An element as XML, at most ${MAX_XML} characters of it.`),
});

export const xmlQuery = defineTool({
  name: "xml_query",
  category: "data",
  description: 'Answers an XPath 1.0 query over XML, e.g. "//book[@lang=\'en\']/title" or "count(//item)".',
  tags: ["xml", "xpath", "query", "extract"],
  parameters: z.object({
    query: z.string().min(1).max(2000).describe("XPath expression."),
    path: z.string().min(1).optional().describe("XML file."),
    text: z.string().optional().describe("XML text, instead of path."),
    namespaces: z.record(z.string(), z.string()).default({}).describe("Prefixes of the query -> namespace."),
    limit: z.int().min(1).max(10_000).default(1000).describe("Most matches."),
  }),
  returns: z.object({ results: z.array(found), count: z.int().describe("All that fit."), truncated: z.boolean() }),
  effect: "read",
  permissions: ["fs.read"],
  examples: [
    { description: "Titles", args: { query: "//title/text()", text: "<a><title>One</title><title>Two</title></a>" } },
  ],
  async execute({ query, path, text, namespaces, limit }, host) {
    const where = path === undefined ? "the text" : `"${path}"`;
    const document = await parse(readXml(path, text, host), where);
    let answer: string | number | boolean | XmlNode[];
    try {
      answer = loadXpath().useNamespaces(namespaces)(query, document);
    } catch (cause) {
      throw new LlmspellError(
        "parse.invalid",
        `the query ${JSON.stringify(query.slice(0, 200))} fails: ${cause instanceof Error ? cause.message : String(cause)}`,
        {
          cause,
          hint: "XPath 1.0; names in a namespace need a prefix of namespaces.",
        },
      );
    }
    if (!Array.isArray(answer)) return { results: [{ type: "value", value: answer }], count: 1, truncated: false };
    return {
      results: describeNodes(answer.slice(0, limit)),
      count: answer.length,
      truncated: answer.length > limit,
    };
  },
});

function readXml(path: string | undefined, text: string | undefined, { files }: ToolHost): string {
  if ((path === undefined) === (text === undefined))
    throw new LlmspellError("input.invalid", "pass the XML: either path or text");
  const xml = path === undefined ? (text ?? "") : decodeText(files.readBytes(path), "utf-8", path);
  if (xml.length <= MAX_CHARACTERS) return xml;
  throw new LlmspellError("value.too_large", `the XML has more than ${MAX_CHARACTERS} characters`);
}

async function parse(xml: string, where: string): Promise<XmlNode> {
  refuseEntities(xml, where);
  await checkXml(xml, where);
  const { DOMParser } = await import("@xmldom/xmldom");
  const invalid = (message: string, cause?: unknown) =>
    new LlmspellError("parse.invalid", `${where} is no valid XML: ${message.split("\n")[0]}`, { cause });
  try {
    return new DOMParser({
      onError(level, message) {
        if (level !== "warning") throw invalid(message);
      },
    }).parseFromString(xml, "text/xml") as XmlNode;
  } catch (cause) {
    if (LlmspellError.is(cause)) throw cause;
    throw invalid(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** An element holds the text of all below it: many of them hold it many times. */
function describeNodes(nodes: readonly XmlNode[]): z.output<typeof found>[] {
  let characters = 0;
  return nodes.map((node) => {
    const xml = node.nodeType === 1 ? String(node) : "";
    const described = describeNode(node, xml);
    characters += String(described.value).length + xml.length;
    if (characters <= MAX_MATCHED) return described;
    throw new LlmspellError("value.too_large", `the matches hold more than ${MAX_MATCHED} characters`, {
      hint: "Ask for less with limit, or for elements further down.",
    });
  });
}

function describeNode(node: XmlNode, xml: string): z.output<typeof found> {
  const value = node.nodeValue ?? node.textContent ?? "";
  if (node.nodeType === 2) return { type: "attribute", name: node.nodeName, value };
  if (node.nodeType !== 1) return { type: "text", value };
  const attributes = Object.fromEntries(Array.from(node.attributes ?? [], (one) => [one.name, one.value]));
  return { type: "element", name: node.nodeName, value, attributes, xml: xml.slice(0, MAX_XML) };
}
