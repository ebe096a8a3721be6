import { crc32, deflateSync } from "node:zlib";
import { encode } from "fast-png";
import jpeg from "jpeg-js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFixtureHost, type FixtureHost } from "../fixtures/fixture-host.ts";
import { imageConvert, imageInfo, imageResize, imageThumbnail } from "./image-tools.ts";
import { decodeImage } from "./pixels.ts";

/** Left half red, right half blue; the last row is transparent. */
function picture(width: number, height: number): Uint8Array {
  const data = new Uint8Array(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const color = pixel % width < width / 2 ? [255, 0, 0] : [0, 0, 255];
    data.set([...color, pixel >= width * (height - 1) ? 0 : 255], pixel * 4);
  }
  return encode({ width, height, data, channels: 4, depth: 8 });
}

/** A GIF of 2 x 1 pixels, black and white. */
const GIF = Buffer.from("R0lGODlhAgABAIAAAAAAAP///ywAAAAAAgABAAACAkQKADs=", "base64");

let host: FixtureHost;
beforeEach(() => (host = createFixtureHost({ files: { "a.png": picture(8, 4), "a.gif": GIF, "no.png": "text" } })));
afterEach(() => host.close());

async function pixelsOf(file: string) {
  return decodeImage(host.files.readBytes(file), file);
}

describe("images", () => {
  it("tell their size", async () => {
    expect(await host.run(imageInfo, { path: "a.png" })).toMatchObject({
      format: "png",
      width: 8,
      height: 4,
      orientation: 1,
    });
    expect(await host.run(imageInfo, { path: "a.gif" })).toMatchObject({
      format: "gif",
      width: 2,
      height: 1,
      size: GIF.length,
    });
  });

  it("are resized: inside, over, stretched", async () => {
    const args = { path: "a.png", output: "b.png", width: 4 };
    expect(await host.run(imageResize, args)).toMatchObject({ format: "png", width: 4, height: 2 });
    const { data } = await pixelsOf("b.png");
    expect([...data.subarray(0, 4)]).toEqual([255, 0, 0, 255]);
    expect([...data.subarray(12, 16)]).toEqual([0, 0, 255, 255]);
    const both = { path: "a.png", width: 4, height: 4 };
    expect(await host.run(imageResize, { ...both, output: "c.png" })).toMatchObject({ width: 4, height: 2 });
    expect(await host.run(imageResize, { ...both, output: "d.png", fit: "stretch" })).toMatchObject({ height: 4 });
    expect(await host.run(imageResize, { ...both, output: "e.png", fit: "cover" })).toMatchObject({
      width: 4,
      height: 4,
    });
    expect(await host.run(imageResize, { path: "a.png", output: "f.png", height: 8 })).toMatchObject({ width: 16 });
  });

  it("become thumbnails, never larger ones", async () => {
    const square = { path: "a.png", output: "t.jpg", size: 3, square: true };
    expect(await host.run(imageThumbnail, square)).toMatchObject({ format: "jpeg", width: 3, height: 3 });
    expect(await host.run(imageThumbnail, { path: "a.png", output: "u.png" })).toMatchObject({ width: 8, height: 4 });
  });

  it("are converted; JPEG has no transparency", async () => {
    expect(await host.run(imageConvert, { path: "a.png", output: "a.jpg" })).toMatchObject({ format: "jpeg" });
    expect(await host.run(imageInfo, { path: "a.jpg" })).toMatchObject({ format: "jpeg", width: 8 });
    const { data } = await pixelsOf("a.jpg");
    expect((data.at(-2) as number) > 200 && data.at(-1) === 255).toBe(true);
    expect(await host.run(imageConvert, { path: "a.gif", output: "g.png" })).toMatchObject({ width: 2, height: 1 });
    expect([...(await pixelsOf("g.png")).data]).toEqual([0, 0, 0, 255, 255, 255, 255, 255]);
  });

  it("of few grey levels are read", async () => {
    host.put(
      "scan.png",
      encode({ width: 3, height: 2, data: new Uint8Array([0b101_00000, 0b010_00000]), channels: 1, depth: 1 }),
    );
    const { data } = await pixelsOf("scan.png");
    expect([...data].filter((_, index) => index % 4 === 0)).toEqual([255, 0, 255, 0, 255, 0]);
  });

  it("of cameras stand upright", async () => {
    const data = new Uint8Array(16 * 8 * 4).fill(255);
    const plain = jpeg.encode({ width: 16, height: 8, data }, 90).data;
    const exif = Buffer.from(
      "ffe1002245786966000049492a00080000000100120103000100000006000000000000000000",
      "hex",
    ).subarray(0, 36);
    host.put("camera.jpg", Buffer.concat([plain.subarray(0, 2), exif, plain.subarray(2)]));
    expect(await host.run(imageInfo, { path: "camera.jpg" })).toMatchObject({ orientation: 6, width: 16 });
    expect(await host.run(imageConvert, { path: "camera.jpg", output: "up.png" })).toMatchObject({
      width: 8,
      height: 16,
    });
  });
});

/** A PNG header that claims to be so large. */
function bomb(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(25);
  header.writeUInt32BE(13, 0);
  header.write("IHDR", 4);
  header.writeUInt32BE(width, 8);
  header.writeUInt32BE(height, 12);
  header.set([8, 6, 0, 0, 0], 16);
  const pixels = deflateSync(Buffer.alloc(1000));
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    header,
    Buffer.from([0, 0, 0, pixels.length]),
    Buffer.from("IDAT"),
    pixels,
  ]);
}

describe("bad images", () => {
  it.each([
    [imageInfo, { path: "no.png" }, "parse.invalid"],
    [imageInfo, { path: "missing.png" }, "fs.not_found"],
    [imageInfo, { path: "../a.png" }, "permission.denied"],
    [imageConvert, { path: "no.png", output: "x.png" }, "parse.invalid"],
    [imageConvert, { path: "a.png", output: "x.webp" }, "image.unsupported"],
    [imageConvert, { path: "a.png", output: "no.png" }, "fs.exists"],
    [imageConvert, { path: "a.svg", output: "x.png" }, "image.unsupported"],
    [imageConvert, { path: "bomb.png", output: "x.png" }, "value.too_large"],
    [imageConvert, { path: "cut.png", output: "x.png" }, "parse.invalid"],
    [imageConvert, { path: "cut.jpg", output: "x.png" }, "parse.invalid"],
    [imageConvert, { path: "cut.gif", output: "x.png" }, "parse.invalid"],
    [imageResize, { path: "a.png", output: "x.png" }, "input.invalid"],
    [imageResize, { path: "a.png", output: "x.png", width: 16_384 }, "value.too_large"],
  ] as const)("%#", async (tool, args, code) => {
    host.put("bomb.png", bomb(60_000, 60_000));
    host.put("cut.png", picture(64, 64).subarray(0, 60));
    host.put("cut.gif", GIF.subarray(0, 25));
    host.put(
      "cut.jpg",
      jpeg.encode({ width: 64, height: 64, data: new Uint8Array(64 * 64 * 4) }, 50).data.subarray(0, 200),
    );
    host.put("a.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>');
    expect((await host.fail(tool, args)).code).toBe(code);
  });
});

describe("a few bytes that want to be many", () => {
  function chunk(type: string, data: Uint8Array): Buffer {
    const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const framed = Buffer.alloc(named.length + 8);
    framed.writeUInt32BE(data.length);
    named.copy(framed, 4);
    framed.writeUInt32BE(crc32(named), named.length + 4);
    return framed;
  }
  /** 4 x 4 pixels, RGB; `interlaced` by Adam7. */
  function png(data: Uint8Array, more: Buffer[] = [], interlaced = 0): Buffer {
    const header = chunk("IHDR", Buffer.from([0, 0, 0, 4, 0, 0, 0, 4, 8, 2, 0, 0, interlaced]));
    const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
    return Buffer.concat([signature, header, ...more, chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
  }
  const bomb = deflateSync(Buffer.alloc(256 * 1024 * 1024));
  const rows = deflateSync(Buffer.alloc(4 * 13));

  it("a PNG unpacks to its pixels alone", async () => {
    host.put("pixels.png", png(bomb));
    expect((await host.fail(imageConvert, { path: "pixels.png", output: "x.png" })).message).toContain(
      "it unpacks to more than its size says",
    );
    const before = process.memoryUsage.rss();
    host.put("profile.png", png(rows, [chunk("iCCP", Buffer.concat([Buffer.from("p\0\0"), bomb]))]));
    expect(await host.run(imageConvert, { path: "profile.png", output: "x.png" })).toMatchObject({ width: 4 });
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1024 * 1024);
  });

  it("an interlaced PNG is read", async () => {
    // The rows of all passes, and some more.
    const passes = [
      [1, 1],
      [2, 1],
      [2, 2],
      [4, 2],
    ].map(([width = 0, height = 0]) =>
      Buffer.concat(Array.from({ length: height }, () => Buffer.alloc(1 + 3 * width, 0))),
    );
    host.put("adam7.png", png(deflateSync(Buffer.concat([...passes, Buffer.alloc(16)])), [], 1));
    expect(await host.run(imageConvert, { path: "adam7.png", output: "x.png" })).toMatchObject({ width: 4, height: 4 });
  });

  it("a GIF has no frame that is larger than itself", async () => {
    const huge = Buffer.from(GIF);
    const frame = huge.indexOf(0x2c, 13);
    huge.writeUInt16LE(65_535, frame + 5);
    huge.writeUInt16LE(65_535, frame + 7);
    host.put("huge.gif", huge);
    expect((await host.fail(imageConvert, { path: "huge.gif", output: "x.png" })).message).toContain("first frame");
  });
});
