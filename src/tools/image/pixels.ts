import { LlmspellError } from "../../errors.ts";
import { checkedPng } from "./checked-png.ts";
import { decodeJpeg } from "./decode-jpeg.ts";

/** An image in memory: red, green, blue and alpha of each pixel, row by row. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8Array;
}

const READABLE = ["png", "jpg", "gif"] as const;
export const WRITABLE = ["png", "jpeg"] as const;
export type WritableFormat = (typeof WRITABLE)[number];

/** A few bytes can claim to be more pixels than memory holds. */
export const MOST_PIXELS = 24_000_000;

export interface ImageSize {
  width: number;
  height: number;
  /** `png`, `jpg`, `gif`, `webp`, ... */
  format: string;
  /** As EXIF counts: 1 is upright. */
  orientation: number;
}

/** Size and format by an image's first bytes; nothing is decoded. Throws `parse.invalid`. */
export async function sizeOfImage(bytes: Uint8Array, name: string): Promise<ImageSize> {
  const { imageSize } = await import("image-size");
  try {
    const { width, height, type = "", orientation = 1 } = imageSize(bytes);
    if (width > 0 && height > 0) return { width, height, format: type, orientation };
  } catch {
    // What it says of bytes that are no image helps nobody.
  }
  throw new LlmspellError("parse.invalid", `${name} is no image that can be read`, {
    hint: "Known are PNG, JPEG, GIF, WebP, BMP, TIFF, SVG and others; the file may be cut off.",
  });
}

/** Decodes an image; of a GIF its first frame. Photographs are turned upright. Throws `parse.invalid`, `image.unsupported`, `value.too_large`. */
export async function decodeImage(bytes: Uint8Array, name: string): Promise<Pixels & { format: string }> {
  const { width, height, format, orientation } = await sizeOfImage(bytes, name);
  if (width * height > MOST_PIXELS) {
    throw new LlmspellError("value.too_large", `${name} has ${width} x ${height} pixels, more than ${MOST_PIXELS}`, {
      details: { width, height, limit: MOST_PIXELS },
    });
  }
  if (!(READABLE as readonly string[]).includes(format)) {
    throw new LlmspellError(
      "image.unsupported",
      `${name} is ${format.toUpperCase()}, whose pixels cannot be read here`,
      {
        hint: "PNG, JPEG and GIF can be read; image_info knows more.",
      },
    );
  }
  try {
    const pixels = await DECODERS[format as (typeof READABLE)[number]](bytes);
    return { ...(orientation === 1 ? pixels : upright(pixels, orientation)), format };
  } catch (cause) {
    if (LlmspellError.is(cause)) throw cause;
    throw new LlmspellError("parse.invalid", `${name} is damaged: ${String((cause as Error).message ?? cause)}`, {
      cause,
    });
  }
}

const DECODERS: Readonly<Record<(typeof READABLE)[number], (bytes: Uint8Array) => Promise<Pixels>>> = {
  async png(bytes) {
    const { convertIndexedToRgb, decode, hasPngSignature } = await import("fast-png");
    if (!hasPngSignature(bytes)) throw new Error("it has no PNG signature");
    const png = decode(await checkedPng(bytes));
    const { width, height } = png;
    if (png.palette) return { width, height, data: toRgba(convertIndexedToRgb(png), width * height, 8) };
    const { data, depth } = png;
    return {
      width,
      height,
      data: depth < 8 ? unpacked(data, width, height, depth) : toRgba(data, width * height, depth),
    };
  },
  jpg: decodeJpeg,
  async gif(bytes) {
    const { GifReader } = await import("omggif");
    const reader = new GifReader(bytes);
    const { width, height } = reader;
    const frame = reader.frameInfo(0);
    if (frame.x + frame.width > width || frame.y + frame.height > height)
      throw new Error("its first frame is larger than the image");
    const data = new Uint8Array(width * height * 4);
    reader.decodeAndBlitFrameRGBA(0, data);
    return { width, height, data };
  },
};

/** Grey levels of 1, 2 or 4 bits; each row begins a byte. */
function unpacked(bytes: ArrayLike<number>, width: number, height: number, depth: number): Uint8Array {
  const data = new Uint8Array(width * height * 4);
  const [perByte, most] = [8 / depth, 2 ** depth - 1];
  const rowBytes = Math.ceil(width / perByte);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const byte = bytes[y * rowBytes + Math.floor(x / perByte)] ?? 0;
    const level = ((byte >> (8 - depth * ((x % perByte) + 1))) & most) * (255 / most);
    data.set([level, level, level, 255], pixel * 4);
  }
  return data;
}

/** From one to four channels (grey, grey and alpha, RGB, RGBA) of 8 or 16 bits. */
function toRgba(samples: ArrayLike<number>, pixels: number, depth: number): Uint8Array {
  const channels = Math.round(samples.length / pixels);
  if (channels === 4 && samples instanceof Uint8Array) return samples;
  const data = new Uint8Array(pixels * 4);
  const shift = depth === 16 ? 8 : 0;
  for (let pixel = 0; pixel < pixels; pixel++) {
    const from = pixel * channels;
    const at = (channel: number) => (samples[from + channel] ?? 0) >> shift;
    const grey = channels < 3;
    data[pixel * 4] = at(0);
    data[pixel * 4 + 1] = at(grey ? 0 : 1);
    data[pixel * 4 + 2] = at(grey ? 0 : 2);
    data[pixel * 4 + 3] = channels === 4 ? at(3) : channels === 2 ? at(1) : 255;
  }
  return data;
}

/** Encodes as PNG or JPEG; JPEG knows no transparency, so that is laid on white. `quality` of JPEG from 1 to 100. */
export async function encodeImage(
  { width, height, data }: Pixels,
  format: WritableFormat,
  quality: number,
): Promise<Uint8Array> {
  if (format === "png") {
    const { encode } = await import("fast-png");
    return encode({ width, height, data, channels: 4, depth: 8 });
  }
  const { default: jpeg } = await import("jpeg-js");
  return jpeg.encode({ width, height, data: onWhite(data) }, quality).data;
}

function onWhite(data: Uint8Array): Uint8Array {
  const opaque = new Uint8Array(data.length);
  for (let index = 0; index < data.length; index += 4) {
    const alpha = (data[index + 3] as number) / 255;
    for (let channel = 0; channel < 3; channel++)
      opaque[index + channel] = Math.round((data[index + channel] as number) * alpha + 255 * (1 - alpha));
    opaque[index + 3] = 255;
  }
  return opaque;
}

/** Turned and mirrored by its EXIF orientation, 2 to 8. */
function upright({ width, height, data }: Pixels, orientation: number): Pixels {
  const sideways = orientation >= 5;
  const [w, h] = sideways ? [height, width] : [width, height];
  const turned = new Uint8Array(data.length);
  const source = new Uint32Array(data.buffer, data.byteOffset, width * height);
  const target = new Uint32Array(turned.buffer);
  const [mirrorX, mirrorY] = [[2, 3, 7, 8].includes(orientation), [3, 4, 6, 7].includes(orientation)];
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const [u, v] = sideways ? [y, x] : [x, y];
      const [sx, sy] = [mirrorX ? width - 1 - u : u, mirrorY ? height - 1 - v : v];
      target[y * w + x] = source[sy * width + sx] as number;
    }
  }
  return { width: w, height: h, data: turned };
}
