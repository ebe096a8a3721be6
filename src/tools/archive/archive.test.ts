import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { packTar } from "modern-tar";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { zipOf } from "../fixtures/documents.ts";
import { type FixtureHost, createFixtureHost } from "../fixtures/fixture-host.ts";
import { archiveCreate } from "./create.ts";
import { archiveExtract } from "./extract.ts";
import { archiveList } from "./list.ts";

let host: FixtureHost;
beforeEach(() => {
  host = createFixtureHost({
    files: {
      "notes.txt": "hello",
      "data/a.csv": "x\n1\n",
      "data/deep/b.bin": Buffer.from([0, 255, 1]),
      "data/.env": "k",
    },
  });
});
afterEach(() => host.close());

const bytesOf = (file: string) => fs.readFileSync(path.join(host.root, file));

/** A zip with another name in both headers, of the same length. */
function renamed(zip: Buffer, from: string, to: string): Buffer {
  return Buffer.from(zip.toString("latin1").replaceAll(from, to), "latin1");
}

describe.each(["out.zip", "out.tar.gz", "out.tar"])("%s", (archive) => {
  test("packs, lists and unpacks the same bytes", async () => {
    const made = await host.run(archiveCreate, { path: archive, files: ["notes.txt", "data"] });
    expect(made).toMatchObject({ path: archive, count: 4, unpacked_bytes: 13 });
    expect(await host.run(archiveList, { path: archive })).toMatchObject({
      format: archive.slice(4),
      count: 4,
      total_size: 13,
      entries: expect.arrayContaining([expect.objectContaining({ name: "data/deep/b.bin", type: "file", size: 3 })]),
    });
    expect(await host.run(archiveExtract, { path: archive, to: "new" })).toMatchObject({ count: 4, bytes: 13 });
    expect(host.onDisk("new/notes.txt")).toBe("hello");
    expect(bytesOf("new/data/deep/b.bin")).toEqual(Buffer.from([0, 255, 1]));
  });

  test("keeps what is there unless told otherwise, and leaves out on request", async () => {
    await host.run(archiveCreate, { path: archive, files: ["data"], base: "data", exclude: [".env"] });
    expect((await host.fail(archiveCreate, { path: archive, files: ["data"] })).code).toBe("fs.exists");
    const answer = await host.run(archiveExtract, { path: archive, to: "x", include: ["*.bin"], strip: 1 });
    expect(answer).toEqual({ to: "x", files: ["x/b.bin"], count: 1, bytes: 3 });
    host.put("y/deep/b.bin", "mine");
    const kept = await host.fail(archiveExtract, { path: archive, to: "y" });
    expect([kept.code, kept.hint]).toEqual(["fs.exists", expect.stringContaining("overwrite")]);
    expect(fs.readdirSync(path.join(host.root, "y"))).toEqual(["deep"]);
    await host.run(archiveExtract, { path: archive, to: "y", overwrite: true });
    expect(bytesOf("y/deep/b.bin")).toEqual(Buffer.from([0, 255, 1]));
  });

  test("says that a damaged archive is damaged, and leaves nothing behind", async () => {
    host.put("big.txt", randomBytes(5000));
    await host.run(archiveCreate, { path: archive, files: ["big.txt"] });
    host.put(archive, bytesOf(archive).subarray(0, 3000));
    const cut = await host.fail(archiveExtract, { path: archive, to: "z" });
    expect([cut.code, cut.message]).toEqual(["tool.bad_file", expect.stringContaining(archive)]);
    expect(fs.existsSync(path.join(host.root, "z/big.txt"))).toBe(false);
  });
});

test("what the system's tar makes is read, and it reads what is made here", async () => {
  execFileSync("tar", ["czf", "sys.tar.gz", "notes.txt", "data"], { cwd: host.root });
  expect(await host.run(archiveExtract, { path: "sys.tar.gz", to: "s" })).toMatchObject({ count: 4 });
  await host.run(archiveCreate, { path: "own.tar.gz", files: ["data"] });
  expect(
    execFileSync("tar", ["tzf", "own.tar.gz"], { cwd: host.root, encoding: "utf8" })
      .split("\n")
      .filter(Boolean)
      .toSorted(),
  ).toEqual(["data/.env", "data/a.csv", "data/deep/b.bin"]);
});

describe("hostile archives", () => {
  test.each(["../evil.txt", "/abs/evil.tx", "a\\..\\ev.txt", "C:/evil1.txt"])(
    "a zip with the name %j is refused",
    async (name) => {
      const harmless = "n".repeat(name.length);
      host.put("evil.zip", renamed(await zipOf({ [harmless]: { content: Buffer.from("x") } }), harmless, name));
      for (const tool of [archiveExtract, archiveList])
        expect((await host.fail(tool, { path: "evil.zip" })).code).toBe("tool.unsafe");
    },
  );

  test.each(["../evil.txt", "/abs/evil.txt", "a/../../evil.txt"])("a tar with the name %j is refused", async (name) => {
    host.put("evil.tar", await packTar([{ header: { name, size: 1 }, body: "x" }]));
    expect((await host.fail(archiveExtract, { path: "evil.tar", to: "in" })).code).toBe("tool.unsafe");
    expect(fs.existsSync(path.join(host.root, "evil.txt"))).toBe(false);
  });

  test("links are refused, and nothing of such an archive is unpacked", async () => {
    host.put(
      "link.tar",
      await packTar([
        { header: { name: "ok.txt", size: 1 }, body: "x" },
        { header: { name: "l", size: 0, type: "symlink", linkname: "/etc/passwd" } },
      ]),
    );
    host.put(
      "link.zip",
      await zipOf({
        "ok.txt": { content: Buffer.from("x") },
        l: { content: Buffer.from("/etc/passwd"), mode: 0o120777 },
      }),
    );
    for (const archive of ["link.tar", "link.zip"]) {
      const error = await host.fail(archiveExtract, { path: archive, to: "u" });
      expect([error.code, error.message]).toEqual(["tool.unsafe", `the archive "${archive}" holds a link: "l"`]);
      expect(fs.existsSync(path.join(host.root, "u"))).toBe(false);
      expect(await host.run(archiveExtract, { path: archive, to: `u-${archive}`, exclude: ["l"] })).toMatchObject({
        count: 1,
      });
    }
  });

  test("bombs are refused: by ratio, by entries, by a size that is a lie", async () => {
    const zeros = Buffer.alloc(20 * 1024 * 1024);
    const zip = await zipOf({ "bomb.bin": { content: zeros } });
    host.put("bomb.zip", zip);
    host.put("bomb.tar.gz", zlib.gzipSync(await packTar([{ header: { name: "b", size: zeros.length }, body: zeros }])));
    host.put(
      "many.tar",
      await packTar(Array.from({ length: 10_001 }, (_, index) => ({ header: { name: `f${index}`, size: 0 } }))),
    );
    for (const archive of ["bomb.zip", "bomb.tar.gz", "many.tar"]) {
      expect((await host.fail(archiveExtract, { path: archive, to: "b" })).code).toBe("tool.unsafe");
    }
    // The directory of the zip says that 100 bytes come out.
    const lie = Buffer.from(zip);
    lie.writeUInt32LE(100, lie.lastIndexOf(Buffer.from("PK\u0001\u0002", "latin1")) + 24);
    host.put("lie.zip", lie);
    expect((await host.fail(archiveExtract, { path: "lie.zip", to: "b" })).code).toBe("tool.bad_file");
    expect(fs.existsSync(path.join(host.root, "b/bomb.bin"))).toBe(false);
  });

  test("a changed byte is found by the checksum", async () => {
    const zip = await zipOf({ "a.bin": { content: Buffer.from([200, 100, 50, 25]) } });
    const at = zip.indexOf("a.bin") + 5;
    zip.writeUInt8(zip.readUInt8(at + 3) ^ 2, at + 3);
    host.put("a.zip", zip);
    expect((await host.fail(archiveExtract, { path: "a.zip" })).code).toBe("tool.bad_file");
  });

  test("encrypted entries and other files are named as what they are", async () => {
    const zip = await zipOf({ "a.txt": { content: Buffer.from("x") } });
    for (const mark of ["PK\u0003\u0004", "PK\u0001\u0002"]) {
      const at = zip.indexOf(Buffer.from(mark, "latin1")) + (mark.endsWith("\u0004") ? 6 : 8);
      zip.writeUInt16LE(zip.readUInt16LE(at) | 1, at);
    }
    host.put("enc.zip", zip);
    expect((await host.fail(archiveExtract, { path: "enc.zip" })).message).toContain("encrypted");
    expect((await host.fail(archiveList, { path: "notes.txt" })).message).toBe(
      '"notes.txt" is no zip, tar.gz or tar archive',
    );
    expect((await host.fail(archiveList, { path: "data" })).code).toBe("fs.failed");
    expect((await host.fail(archiveList, { path: "none.zip" })).code).toBe("fs.not_found");
    expect((await host.fail(archiveCreate, { path: "x.rar", files: ["notes.txt"] })).code).toBe("input.invalid");
    expect((await host.fail(archiveCreate, { path: "x.zip", files: ["none"] })).code).toBe("fs.not_found");
  });
});

test("an archive does not hold itself", async () => {
  await host.run(archiveCreate, { path: "all.zip", files: ["."] });
  expect(await host.run(archiveCreate, { path: "all.zip", files: ["."], overwrite: true })).toMatchObject({ count: 4 });
});
