import { once } from "node:events";
import { createInflate } from "node:zlib";

/** What pixels need. All else (profiles, texts, animations) is left out: it can be packed as well. */
const KEPT = new Set(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]);
const SIGNATURE_BYTES = 8;
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Rows of interlaced images begin anew up to seven times. */
const PASSES = 7;

/**
 * A PNG with its pixels alone, which unpack to what its size says: its decoder would unpack whatever is there. Throws an
 * Error for one that is damaged.
 */
export async function checkedPng(bytes: Uint8Array): Promise<Uint8Array> {
  const parts: Uint8Array[] = [bytes.subarray(0, SIGNATURE_BYTES)];
  const data: Uint8Array[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let most: number | undefined;
  for (let at = SIGNATURE_BYTES; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const end = at + 12 + length;
    if (end > bytes.length) throw new Error("it is cut off");
    const type = Buffer.from(bytes.subarray(at + 4, at + 8)).toString("latin1");
    if (type === "IHDR") most ??= unpackedBytes(view, at + 8, length);
    if (type === "IDAT") data.push(bytes.subarray(at + 8, end - 4));
    if (KEPT.has(type)) parts.push(bytes.subarray(at, end));
    if (type === "IEND") break;
    at = end;
  }
  if (most === undefined || data.length === 0) throw new Error("it holds no pixels");
  await checkUnpacked(data, most);
  return Buffer.concat(parts);
}

/** Counts what comes out and keeps nothing of it. */
async function checkUnpacked(parts: readonly Uint8Array[], most: number): Promise<void> {
  const inflate = createInflate();
  let bytes = 0;
  inflate.on("data", (chunk: Uint8Array) => {
    bytes += chunk.length;
    if (bytes > most) inflate.destroy(new Error("it unpacks to more than its size says"));
  });
  const ended = once(inflate, "end");
  for (const part of parts) inflate.write(part);
  inflate.end();
  await ended;
}

/** Of all rows, each with the byte of its filter. */
function unpackedBytes(view: DataView, at: number, length: number): number {
  if (length !== 13) throw new Error("its header is damaged");
  const [width, height] = [view.getUint32(at), view.getUint32(at + 4)];
  const bits = view.getUint8(at + 8) * (CHANNELS[view.getUint8(at + 9)] ?? 4);
  return (Math.ceil((width * bits) / 8) + PASSES + 1) * (height + PASSES);
}
