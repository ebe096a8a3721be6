import { promisify } from "node:util";
import zlib from "node:zlib";
import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { filePath, normal, overwrite, refuseExisting } from "../file/paths.ts";
import { walk } from "../file/walk.ts";
import { defineTool } from "../tool.ts";
import type { ToolFiles } from "../tool-host.ts";
import { type ArchiveFormat, archiveFormat, formatOfName } from "./archive-format.ts";
import { MAX_ENTRIES } from "./unpack-budget.ts";

const MAX_BYTES = 100 * 1024 * 1024;

interface Content {
  name: string;
  modified: Date;
  bytes: Uint8Array;
}

export const archiveCreate = defineTool({
  name: "archive_create",
  category: "archive",
  description: "Packs files and folders into a zip, tar.gz or tar archive.",
  tags: ["archive", "zip", "tar", "pack", "compress"],
  parameters: z.object({
    path: filePath.describe("The archive to make."),
    files: z.array(z.string().min(1)).min(1).max(1000).describe("Files and folders (with all they hold) to pack."),
    format: archiveFormat.optional().describe("Default: by the ending of path."),
    base: z.string().min(1).default(".").describe("Folder from which the names in the archive count."),
    exclude: z.array(z.string()).default([]).describe('Patterns of what is left out, e.g. ["*.log", "node_modules"].'),
    overwrite,
  }),
  returns: z.object({
    path: z.string(),
    format: archiveFormat,
    count: z.int(),
    bytes: z.int().describe("Of the archive."),
    unpacked_bytes: z.int(),
  }),
  effect: "write",
  permissions: ["fs.read", "fs.write"],
  destructive: true,
  examples: [{ description: "Two files", args: { path: "out.zip", files: ["notes.txt", "data"] } }],
  async execute({ path, files: wanted, format: given, base, exclude, overwrite: replace }, { files }) {
    const format = given ?? formatOfName(path);
    if (!format) {
      throw new LlmspellError("input.invalid", `the name "${path}" does not say which archive to make`, {
        hint: "Let it end in .zip, .tar.gz or .tar, or pass format.",
      });
    }
    refuseExisting(files, path, replace);
    const contents = collect(files, wanted, { base, exclude, except: normal(path) });
    const archive = format === "zip" ? await packZip(contents) : await packTar(contents, format);
    files.write(path, archive);
    const unpacked = contents.reduce((sum, { bytes }) => sum + bytes.length, 0);
    return { path, format, count: contents.length, bytes: archive.length, unpacked_bytes: unpacked };
  },
});

function collect(
  files: ToolFiles,
  wanted: readonly string[],
  { base, exclude, except }: { base: string; exclude: string[]; except: string },
): Content[] {
  const contents = new Map<string, Content>();
  let total = 0;
  const add = (path: string) => {
    if (path === except) return;
    const name = nameIn(base, path);
    const bytes = files.readBytes(path);
    total += bytes.length;
    if (total > MAX_BYTES || contents.size >= MAX_ENTRIES) {
      throw new LlmspellError(
        "value.too_large",
        `the archive would hold more than ${MAX_ENTRIES} files or ${MAX_BYTES} bytes`,
        {
          hint: "Leave something out by exclude, or make several archives.",
        },
      );
    }
    contents.set(name, { name, modified: new Date(files.stat(path).modifiedMs), bytes });
  };
  for (const path of wanted.map(normal)) {
    if (files.stat(path).type === "file") add(path);
    else
      for (const entry of walk(files, path, { recursive: true, hidden: true, exclude }))
        if (!entry.isFolder) add(entry.path);
  }
  return [...contents.values()];
}

function nameIn(base: string, path: string): string {
  const folder = normal(base);
  if (folder === ".") return path;
  if (path.startsWith(`${folder}/`)) return path.slice(folder.length + 1);
  throw new LlmspellError("input.invalid", `"${path}" does not lie in "${folder}", from which the names count`, {
    hint: "Leave base out.",
  });
}

async function packZip(contents: readonly Content[]): Promise<Uint8Array> {
  const { default: yazl } = await import("yazl");
  const zip = new yazl.ZipFile();
  for (const { name, modified, bytes } of contents) zip.addBuffer(Buffer.from(bytes), name, { mtime: modified });
  zip.end();
  const parts: Buffer[] = [];
  for await (const part of zip.outputStream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function packTar(contents: readonly Content[], format: ArchiveFormat): Promise<Uint8Array> {
  const { packTar: pack } = await import("modern-tar");
  const tar = await pack(
    contents.map(({ name, modified, bytes }) => ({
      header: { name, size: bytes.length, mtime: modified },
      body: bytes,
    })),
  );
  return format === "tar" ? tar : promisify<Uint8Array, Uint8Array>(zlib.gzip)(tar);
}
