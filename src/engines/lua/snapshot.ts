import { LlmspellError } from "../../errors.ts";
import { captureMemory, type ImageRefs, type MemoryImage } from "./image.ts";
import type { LuaInstance } from "./instance.ts";
import type { Task } from "./task.ts";

/** What a VM keeps outside its memory. Plain data. */
export interface VmState {
  nextId: number;
  /** Milliseconds since the epoch; `os.clock` counts from there. */
  startedAt: number;
  mainFile: string;
  phase: "new" | "running" | "finished";
  tasks: Pick<Task, "id" | "kind" | "thread" | "ref" | "status" | "args">[];
  waits: { id: number; task: number; host: boolean }[];
  functions: { id: number; ref: number; key: number; count: number }[];
  refs: ImageRefs;
}

interface Header extends VmState {
  pages: number;
  segments: { offset: number; length: number }[];
}

/** Format: length of the header (32 bits, little-endian), header as JSON, memory segments. */
export function encodeSnapshot(state: VmState, instance: LuaInstance): Uint8Array {
  const { pages, segments } = captureMemory(instance);
  const header: Header = {
    ...state,
    pages,
    segments: segments.map(({ offset, bytes }) => ({ offset, length: bytes.length })),
  };
  const text = Buffer.from(JSON.stringify(header), "utf8");
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text, ...segments.map((segment) => segment.bytes)]);
}

export function decodeSnapshot(data: Uint8Array): { state: VmState; memory: MemoryImage } {
  try {
    const view = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const start = 4 + view.readUInt32LE(0);
    const header = JSON.parse(view.toString("utf8", 4, start)) as Header;
    let at = start;
    const segments = header.segments.map(({ offset, length }) => {
      at += length;
      return { offset, bytes: data.subarray(at - length, at) };
    });
    if (at !== data.length) throw new RangeError("the snapshot has another length than it says");
    return { state: header, memory: { pages: header.pages, segments } };
  } catch (cause) {
    throw new LlmspellError("engine.failed", "the snapshot is damaged", { cause });
  }
}
