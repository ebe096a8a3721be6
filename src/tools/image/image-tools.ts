import path from "node:path";
import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { defineTool } from "../tool.ts";
import type { ToolHost } from "../tool-host.ts";
import {
  decodeImage,
  encodeImage,
  MOST_PIXELS,
  type Pixels,
  sizeOfImage,
  WRITABLE,
  type WritableFormat,
} from "./pixels.ts";
import { fitted } from "./resize.ts";

const LONGEST = 16_384;

const input = z.string().min(1).describe("The image's file in the workspace.");
const output = z.string().min(1).describe("The file to write; its extension (.png, .jpg) says the format.");
const quality = z.int().min(1).max(100).default(85).describe("Of JPEG: 100 is the best and the largest.");
const length = z.int().min(1).max(LONGEST);
const overwrite = z.boolean().default(false).describe("Whether a file that is there already is replaced.");

const written = z.object({
  path: z.string(),
  format: z.enum(WRITABLE),
  width: z.int(),
  height: z.int(),
  size: z.int().describe("Bytes of the file."),
});

export const imageInfo = defineTool({
  name: "image_info",
  category: "image",
  description:
    "Answers format, width and height of an image file without decoding it: PNG, JPEG, GIF, WebP, BMP, TIFF, SVG and others.",
  tags: ["image", "size", "format"],
  parameters: z.object({ path: input }),
  returns: z.object({
    format: z.string(),
    width: z.int(),
    height: z.int(),
    size: z.int().describe("Bytes of the file."),
    orientation: z.int().describe("As EXIF counts: 1 is upright; 5 to 8 stand sideways."),
  }),
  effect: "read",
  permissions: ["fs.read"],
  examples: [{ description: "Of a picture", args: { path: "picture.png" } }],
  async execute({ path: file }, { files }) {
    const bytes = files.readBytes(file);
    const { format, width, height, orientation } = await sizeOfImage(bytes, file);
    return { format: format === "jpg" ? "jpeg" : format, width, height, size: bytes.length, orientation };
  },
});

export const imageResize = defineTool({
  name: "image_resize",
  category: "image",
  description:
    "Resizes a PNG, JPEG or GIF and writes it as PNG or JPEG. With width or height alone the other follows; with both, `fit` says how: inside (all of it), cover (filled, cut at the centre), stretch.",
  tags: ["image", "resize", "scale", "crop"],
  parameters: z.object({
    path: input,
    output,
    width: length.optional().describe("Pixels."),
    height: length.optional().describe("Pixels."),
    fit: z.enum(["inside", "cover", "stretch"]).default("inside").describe("What becomes of another shape."),
    quality,
    overwrite,
  }),
  returns: written,
  effect: "write",
  idempotent: true,
  permissions: ["fs.read", "fs.write"],
  examples: [{ description: "To a width", args: { path: "picture.png", output: "small.png", width: 2 } }],
  async execute({ path: file, output: target, width, height, fit, quality: wanted, overwrite: replace }, host) {
    if (width === undefined && height === undefined)
      throw new LlmspellError("input.invalid", "image_resize wants a width, a height or both");
    const format = formatOf(target);
    refuseExisting(target, replace, host);
    const pixels = await decodeImage(host.files.readBytes(file), file);
    return write(fitted(checked(pixels, width, height), width, height, fit), target, format, wanted, host);
  },
});

export const imageThumbnail = defineTool({
  name: "image_thumbnail",
  category: "image",
  description:
    "Makes a small version of a PNG, JPEG or GIF that fits into a square, and never a larger one than the original.",
  tags: ["image", "thumbnail", "preview"],
  parameters: z.object({
    path: input,
    output,
    size: z.int().min(1).max(2048).default(256).describe("Longest side in pixels."),
    square: z.boolean().default(false).describe("Cuts it at the centre to a square."),
    quality,
    overwrite,
  }),
  returns: written,
  effect: "write",
  idempotent: true,
  permissions: ["fs.read", "fs.write"],
  examples: [{ description: "A preview", args: { path: "picture.png", output: "preview.jpg", size: 64 } }],
  async execute({ path: file, output: target, size, square, quality: wanted, overwrite: replace }, host) {
    const format = formatOf(target);
    refuseExisting(target, replace, host);
    const pixels = await decodeImage(host.files.readBytes(file), file);
    const shortest = Math.min(pixels.width, pixels.height);
    const side = Math.min(size, square ? shortest : Math.max(pixels.width, pixels.height));
    return write(fitted(pixels, side, side, square ? "cover" : "inside"), target, format, wanted, host);
  },
});

export const imageConvert = defineTool({
  name: "image_convert",
  category: "image",
  description: "Writes a PNG, JPEG or GIF (its first frame) as PNG or JPEG. Transparency becomes white in JPEG.",
  tags: ["image", "convert", "png", "jpeg"],
  parameters: z.object({ path: input, output, quality, overwrite }),
  returns: written,
  effect: "write",
  idempotent: true,
  permissions: ["fs.read", "fs.write"],
  examples: [{ description: "PNG to JPEG", args: { path: "picture.png", output: "picture.jpg" } }],
  async execute({ path: file, output: target, quality: wanted, overwrite: replace }, host) {
    const format = formatOf(target);
    refuseExisting(target, replace, host);
    return write(await decodeImage(host.files.readBytes(file), file), target, format, wanted, host);
  },
});

function formatOf(file: string): WritableFormat {
  const extension = path.extname(file).toLowerCase();
  if (extension === ".png") return "png";
  if (extension === ".jpg" || extension === ".jpeg") return "jpeg";
  throw new LlmspellError("image.unsupported", `${file}: images are written as PNG or JPEG`, {
    hint: "Let the name end in .png, .jpg or .jpeg.",
  });
}

function refuseExisting(file: string, overwrite: boolean, { files }: ToolHost): void {
  if (overwrite || !files.exists(file)) return;
  throw new LlmspellError("fs.exists", `${file} exists already`, { hint: "overwrite: true replaces it." });
}

/** What is asked for must not be larger than what may be read. */
function checked(pixels: Pixels, width: number | undefined, height: number | undefined): Pixels {
  const w = width ?? (pixels.width * (height as number)) / pixels.height;
  const h = height ?? (pixels.height * w) / pixels.width;
  if (w * h <= MOST_PIXELS) return pixels;
  throw new LlmspellError("value.too_large", `${Math.round(w)} x ${Math.round(h)} pixels are more than ${MOST_PIXELS}`);
}

async function write(pixels: Pixels, file: string, format: WritableFormat, quality: number, { files }: ToolHost) {
  const bytes = await encodeImage(pixels, format, quality);
  files.write(file, bytes);
  return { path: file, format, width: pixels.width, height: pixels.height, size: bytes.length };
}
