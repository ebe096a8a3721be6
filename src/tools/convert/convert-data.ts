import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { decodeText } from "../file/encoding.ts";
import { overwrite, refuseExisting } from "../file/paths.ts";
import { defineTool } from "../tool.ts";
import type { ToolHost } from "../tool-host.ts";
import { parseData, writeData } from "./data-codec.ts";
import { dataFormat, formatOfPath } from "./data-format.ts";

export const convertData = defineTool({
  name: "convert_data",
  category: "convert",
  description:
    'Converts data between JSON, JSON lines, YAML, TOML, CSV, TSV and XML, from a text or a file, to a text or a file. XML attributes are "@name", text beside elements "#text".',
  tags: ["convert", "json", "yaml", "csv", "xml", "toml"],
  parameters: z.object({
    to: dataFormat.optional().describe("Format to write. Default: by the ending of output_path."),
    path: z.string().min(1).optional().describe("File to convert."),
    text: z.string().optional().describe("Text to convert, instead of path."),
    from: dataFormat.optional().describe("Format to read. Default: by the ending of path."),
    output_path: z.string().min(1).optional().describe("File to write. Default: the text is answered."),
    types: z
      .enum(["auto", "text"])
      .default("auto")
      .describe("auto: CSV fields and XML texts become numbers and booleans where they look like them."),
    delimiter: z.string().min(1).max(8).optional().describe("Of CSV, read and written. Default: a comma."),
    indent: z.int().min(0).max(8).default(2).describe("Spaces a level; 0: JSON in one line."),
    root: z.string().min(1).default("root").describe("Name of the root element of XML."),
    overwrite,
  }),
  returns: z.object({
    format: dataFormat,
    content: z.string().optional(),
    output_path: z.string().optional(),
    bytes: z.int(),
  }),
  effect: "write",
  permissions: ["fs.read", "fs.write"],
  destructive: true,
  idempotent: true,
  examples: [
    { description: "A CSV file as JSON", args: { path: "data.csv", to: "json" } },
    { description: "A text", args: { text: "a: 1\nb: [2, 3]\n", from: "yaml", to: "toml" } },
  ],
  async execute({ path, text, from, output_path: output, ...options }, host) {
    const to = options.to ?? (output === undefined ? undefined : formatOfPath(output, "to"));
    if (!to)
      throw new LlmspellError("input.invalid", "pass to: the format to write", {
        hint: `Formats: ${dataFormat.options.join(", ")}.`,
      });
    if (output !== undefined) refuseExisting(host.files, output, options.overwrite);
    const source = readSource(host, path, text);
    const format = from ?? (path === undefined ? undefined : formatOfPath(path, "from"));
    if (!format)
      throw new LlmspellError("input.invalid", "pass from: the format of the text", {
        hint: `Formats: ${dataFormat.options.join(", ")}.`,
      });
    const data = await parseData(source, format, host, {
      ...options,
      where: path === undefined ? "the text" : `"${path}"`,
    });
    const content = await writeData(data, to, host, options);
    const bytes = Buffer.byteLength(content);
    if (output === undefined) return { format: to, content, bytes };
    host.files.write(output, content);
    return { format: to, output_path: output, bytes };
  },
});

function readSource({ files }: ToolHost, path: string | undefined, text: string | undefined): string {
  if ((path === undefined) === (text === undefined)) {
    throw new LlmspellError("input.invalid", "pass what to convert: either path or text");
  }
  return path === undefined ? (text ?? "") : decodeText(files.readBytes(path), "utf-8", path);
}
