import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

interface Image {
  width: number;
  height: number;
  /** Red, green, blue and alpha of each pixel. */
  data: Uint8Array;
}
interface Decoder {
  decode(bytes: Uint8Array, upright: boolean): Image | null;
}
type StartDecoder = (options: object) => Promise<Decoder>;

/**
 * The pixels of a JPEG; of one that is cut off what is there. Each image has a decoder of its own: their memory never
 * shrinks. Throws an Error for one that is damaged.
 */
export async function decodeJpeg(bytes: Uint8Array): Promise<Image> {
  const { default: start } = await import("@jsquash/jpeg/codec/dec/mozjpeg_dec.js");
  const binary = createRequire(import.meta.url).resolve("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm");
  const compiled = await WebAssembly.compile(readFileSync(binary));
  const decoder = await (start as StartDecoder)({
    noInitialRun: true,
    print: () => {},
    printErr: () => {},
    instantiateWasm(imports: WebAssembly.Imports, use: (instance: WebAssembly.Instance) => void) {
      const instance = new WebAssembly.Instance(compiled, imports);
      use(instance);
      return instance.exports;
    },
  });
  let image: Image | null;
  try {
    image = decoder.decode(bytes, false);
  } catch (cause) {
    // It tells no more than that it gave up.
    throw new Error("it cannot be decoded", { cause });
  }
  if (!image) throw new Error("it holds no image");
  const { width, height, data } = image;
  return { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}
