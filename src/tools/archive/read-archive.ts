import { promisify } from "node:util";
import zlib from "node:zlib";
import type { Entry } from "yauzl";
import { LlmspellError } from "../../errors.ts";
import { formatOfBytes } from "./archive-format.ts";
import { UnpackBudget } from "./unpack-budget.ts";

export interface ArchiveEntry {
  /** As the archive names it, checked to lead nowhere else; without "/" at the end. */
  name: string;
  type: "file" | "folder" | "link" | "other";
  /** Bytes, as the archive says. */
  size: number;
  modified: Date | undefined;
  /** The content, once, before the next entry. */
  read(): Promise<Uint8Array>;
}

/**
 * The entries of a zip, tar.gz or tar archive, in order. Throws `tool.unsafe` for names that lead out of a folder, too
 * many entries, and what unpacks to too much; `tool.bad_file` for a damaged or encrypted archive.
 */
export async function* readArchive(bytes: Uint8Array, path: string): AsyncGenerator<ArchiveEntry> {
  const budget = new UnpackBudget(path, bytes.length);
  const format = formatOfBytes(bytes, path);
  const entries =
    format === "zip"
      ? zipEntries(bytes, budget)
      : tarEntries(format === "tar" ? bytes : await gunzip(bytes, budget), budget);
  const names = new Set<string>();
  try {
    for await (const entry of entries) {
      budget.addEntry();
      const name = safeName(entry.name, path);
      if (name === "") continue;
      if (names.has(name) && entry.type !== "folder") throw unsafe(path, `holds "${shown(name)}" twice`);
      names.add(name);
      const read = () =>
        entry.read().catch((error: unknown) => {
          throw toArchiveError(error, path);
        });
      yield { ...entry, name, read };
    }
  } catch (error) {
    throw toArchiveError(error, path);
  }
}

async function* zipEntries(bytes: Uint8Array, budget: UnpackBudget): AsyncGenerator<ArchiveEntry> {
  // Names are checked by ours, for zip and tar alike.
  const { default: yauzl } = await import("yauzl");
  const zip = await yauzl.fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), {
    lazyEntries: true,
    validateEntrySizes: true,
  });
  for await (const entry of zip.eachEntry()) {
    yield {
      name: entry.fileName,
      type: typeOfZip(entry),
      size: entry.uncompressedSize,
      modified: entry.getLastModDate({ timezone: "UTC" }),
      async read() {
        if (entry.isEncrypted()) throw badFile(budget.path, `"${shown(entry.fileName)}" is encrypted`);
        const content = await collect(await zip.openReadStreamPromise(entry), budget);
        if (zlib.crc32(content) !== entry.crc32)
          throw badFile(budget.path, `the checksum of "${shown(entry.fileName)}" is wrong`);
        return content;
      },
    };
  }
}

const FILE_TYPE = 0o170000;

/** The upper half of the attributes is the mode where a Unix program made the archive. */
function typeOfZip(entry: Entry): ArchiveEntry["type"] {
  const kind = (entry.externalFileAttributes >>> 16) & FILE_TYPE;
  if (kind === 0o120000) return "link";
  if (entry.fileName.endsWith("/") || kind === 0o040000) return "folder";
  return kind === 0 || kind === 0o100000 ? "file" : "other";
}

async function* tarEntries(bytes: Uint8Array, budget: UnpackBudget): AsyncGenerator<ArchiveEntry> {
  const { createTarDecoder } = await import("modern-tar");
  const source = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  for await (const { header, body } of source.pipeThrough(createTarDecoder({ strict: true }))) {
    let wasRead = false;
    yield {
      name: header.name,
      type: typeOfTar(header.type),
      size: header.size,
      modified: header.mtime,
      read() {
        wasRead = true;
        return collect(body, budget);
      },
    };
    // What is not read must be dropped, else the next entry never comes.
    if (!wasRead) await body.cancel();
  }
}

function typeOfTar(type: string | undefined): ArchiveEntry["type"] {
  if (type === "file" || type === undefined) return "file";
  if (type === "directory") return "folder";
  return type === "link" || type === "symlink" ? "link" : "other";
}

async function gunzip(bytes: Uint8Array, budget: UnpackBudget): Promise<Uint8Array> {
  // The headers of a tar come on top of its contents.
  const room = 1024 * 1024;
  try {
    return await promisify<Uint8Array, zlib.ZlibOptions, Uint8Array>(zlib.gunzip)(bytes, {
      maxOutputLength: budget.maxBytes + room,
    });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw budget.tooMuch();
    throw toArchiveError(cause, budget.path);
  }
}

async function collect(stream: AsyncIterable<Uint8Array>, budget: UnpackBudget): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) {
    budget.addBytes(part.length);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Throws `tool.unsafe` for a name that is absolute, goes up, or is not the same everywhere. */
function safeName(name: string, path: string): string {
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  const leadsOut = name.startsWith("/") || /^[A-Za-z]:/.test(name) || parts.includes("..");
  // oxlint-disable-next-line no-control-regex
  if (leadsOut || /[\\\u0000-\u001f]/.test(name)) throw unsafe(path, `holds the name ${JSON.stringify(shown(name))}`);
  return parts.join("/");
}

function toArchiveError(cause: unknown, path: string): LlmspellError {
  if (LlmspellError.is(cause)) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (/invalid relative path|absolute path|invalid characters in fileName/.test(reason))
    return unsafe(path, `holds a bad name: ${reason}`);
  return badFile(path, reason, cause);
}

function unsafe(path: string, what: string): LlmspellError {
  return new LlmspellError("tool.unsafe", `the archive "${path}" ${what}`, {
    details: { path },
    hint: "Such an archive can write where it should not; it is not unpacked.",
  });
}

function badFile(path: string, reason: string, cause?: unknown): LlmspellError {
  return new LlmspellError("tool.bad_file", `the archive "${path}" cannot be read: ${reason}`, {
    cause,
    details: { path },
  });
}

function shown(name: string): string {
  return name.length > 100 ? `${name.slice(0, 100)}…` : name;
}
