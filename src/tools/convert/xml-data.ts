import { LlmspellError } from "../../errors.ts";
import { isPlainObject } from "../../values/script-value.ts";

const MAX_DEPTH = 200;
/** How attributes and text beside elements are named in data. */
const NAMES = { attributeNamePrefix: "@", textNodeName: "#text", ignoreAttributes: false } as const;

/** Refuses entities that a document defines itself: they can multiply without end or name files. Throws `tool.unsafe`. */
export function refuseEntities(xml: string, where: string): void {
  if (!/<!ENTITY/i.test(xml)) return;
  throw new LlmspellError("tool.unsafe", `${where} defines entities of its own`, {
    hint: "Such documents are not read; remove the <!ENTITY ...> declarations.",
  });
}

/** XML as data: elements by name, attributes as "@name", text beside them as "#text", repeated elements as lists; all leaves are text. */
export async function parseXml(xml: string, where: string): Promise<unknown> {
  refuseEntities(xml, where);
  const { XMLParser, XMLValidator } = await import("fast-xml-parser");
  const checked = XMLValidator.validate(xml);
  if (checked !== true) {
    const { msg, line, col } = checked.err;
    throw new LlmspellError(
      "parse.invalid",
      `${where} is no valid XML: ${shortened(msg)} (line ${line}, column ${col})`,
      {
        details: { line, column: col },
      },
    );
  }
  const parser = new XMLParser({
    ...NAMES,
    parseTagValue: false,
    parseAttributeValue: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    maxNestedTags: MAX_DEPTH,
  });
  try {
    return parser.parse(xml) as unknown;
  } catch (cause) {
    throw new LlmspellError(
      "parse.invalid",
      `${where} is no valid XML: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

/** The validator lists every element that is open. */
function shortened(message: string): string {
  const line = message.replace(/\s+/g, " ");
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

/** The reverse. What has no single root gets one of this name; characters that no name may have become "_". */
export async function writeXml(value: unknown, root: string): Promise<string> {
  const { XMLBuilder } = await import("fast-xml-parser");
  const builder = new XMLBuilder({ ...NAMES, format: true, suppressEmptyNode: true });
  const named = toElements(value, 0);
  const keys = isPlainObject(named) ? Object.keys(named) : [];
  const single =
    keys.length === 1 &&
    isPlainObject(named) &&
    !Array.isArray(named[keys[0] as string]) &&
    !/^[@#]/.test(keys[0] as string);
  const document = single ? named : { [elementName(root)]: Array.isArray(named) ? { item: named } : named };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${String(builder.build(document))}`;
}

function toElements(value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH)
    throw new LlmspellError("value.too_deep", `the data is nested more than ${MAX_DEPTH} levels deep`);
  if (Array.isArray(value))
    return value.map((item: unknown) =>
      Array.isArray(item) ? { item: toElements(item, depth + 1) } : toElements(item, depth + 1),
    );
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value === null || value === undefined) return "";
  if (typeof value !== "object") return String(value);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [elementName(key), toElements(item, depth + 1)]),
  );
}

function elementName(key: string): string {
  if (key === "#text") return key;
  const [mark, name] = key.startsWith("@") ? ["@", key.slice(1)] : ["", key];
  const clean = name.replace(/[^\p{L}\p{N}_.:-]/gu, "_");
  return mark + (/^[\p{L}_]/u.test(clean) ? clean : `_${clean}`);
}
