import { JAVASCRIPT } from "./identity.ts";
import { LlmspellError } from "../../errors.ts";
import type { VmSnapshot } from "../../engine/vm.ts";
import type { FirstLineShift } from "./errors.ts";
import type { Guest } from "./guest.ts";
import { sparse, type Image, type SparseMemory } from "./image.ts";

/** The host's side of a VM at rest: addresses of values in its memory. */
export interface SnapshotState {
  lastId: number;
  /** Id, resolving and rejecting function. */
  calls: [number, number, number][];
  /** Promise and the two words of its reason. */
  unhandled: [number, number, number][];
  /** Whether a script runs. */
  running: boolean;
  shift: FirstLineShift | undefined;
}

interface Header {
  state: SnapshotState;
  pages: number;
  /** Address and length of each block that follows. */
  chunks: [number, number][];
}

/** Layout: length of the header (u32, little endian), header as JSON, blocks of memory. */
export function packSnapshot(image: Image, guest: Guest, state: SnapshotState): VmSnapshot {
  const memory = sparse(guest.memory);
  const header: Header = { state, pages: memory.pages, chunks: memory.chunks.map((c) => [c.address, c.bytes.length]) };
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  const data = Buffer.concat([length, json, ...memory.chunks.map((c) => c.bytes)]);
  return {
    engine: JAVASCRIPT.name,
    version: image.digest,
    data: new Uint8Array(data),
    pending: state.calls.map(([id]) => id),
  };
}

/** Throws `engine.failed` when the snapshot is another engine's or version's, or damaged. */
export function unpackSnapshot(image: Image, snapshot: VmSnapshot): { memory: SparseMemory; state: SnapshotState } {
  if (snapshot.engine !== JAVASCRIPT.name || snapshot.version !== image.digest) {
    throw new LlmspellError("engine.failed", "the snapshot was made by another engine, version or set of bridges", {
      details: { engine: snapshot.engine, version: snapshot.version, expected: image.digest },
    });
  }
  try {
    const data = Buffer.from(snapshot.data.buffer, snapshot.data.byteOffset, snapshot.data.byteLength);
    const jsonEnd = 4 + data.readUInt32LE(0);
    const header = JSON.parse(data.toString("utf8", 4, jsonEnd)) as Header;
    let at = jsonEnd;
    const chunks = header.chunks.map(([address, length]) => {
      const bytes = data.subarray(at, (at += length));
      if (bytes.length !== length) throw new Error("the data ends early");
      return { address, bytes };
    });
    return { memory: { pages: header.pages, chunks }, state: header.state };
  } catch (cause) {
    throw new LlmspellError("engine.failed", "the snapshot is damaged", { cause });
  }
}
