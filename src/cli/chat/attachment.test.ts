import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { readAttachment } from "./attachment.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), "llmspell-attach-"))));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, content: string | Buffer): string {
  const full = path.join(folder, name);
  writeFileSync(full, content);
  return full;
}

it("takes text as text, an image and a PDF by their bytes, whatever they are called", () => {
  expect(readAttachment(file("notes", "grüße\n"))).toEqual({
    name: "notes",
    part: { type: "text", text: "File notes:\n\ngrüße\n" },
  });
  const jpeg = Buffer.from("ffd8ffe000104a464946", "hex");
  expect(readAttachment(file("photo.txt", jpeg)).part).toEqual({
    type: "image",
    data: jpeg.toString("base64"),
    mediaType: "image/jpeg",
    name: "photo.txt",
  });
  expect(readAttachment(file("a.pdf", "%PDF-1.7 ...")).part).toMatchObject({
    type: "file",
    mediaType: "application/pdf",
  });
});

it("knows the user's home", () => {
  vi.stubEnv("HOME", folder);
  file("mine.txt", "x");
  expect(readAttachment("~/mine.txt").name).toBe("mine.txt");
});

it("says why a file cannot be attached", () => {
  const why = (name: string) => {
    try {
      readAttachment(path.join(folder, name));
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  };
  mkdirSync(path.join(folder, "sub"));
  file("latin1.txt", Buffer.from([0x67, 0x72, 0xfc]));
  file("program", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0]));
  file("sound.mp3", Buffer.from("ID3 some sound"));
  file("long.txt", "x".repeat(1024 * 1024 + 1));
  file("big.png", Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(10 * 1024 * 1024)]));
  expect(why("none")).toMatch(/none does not exist, and cannot be attached$/);
  expect(why("sub")).toMatch(/is a folder/);
  for (const name of ["latin1.txt", "program"]) expect(why(name)).toMatch(/is neither text nor a PNG/);
  expect(why("long.txt")).toMatch(/has 1\.1 MB, more than 1\.0 MB/);
  expect(why("big.png")).toMatch(/has 10\.1 MB, more than 10\.0 MB/);
});

it.skipIf(process.platform === "win32")("waits for no pipe and reads no device, which may never end", () => {
  const pipe = path.join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  for (const name of [pipe, "/dev/zero"].filter((each) => existsSync(each)))
    expect(() => readAttachment(name)).toThrow(
      expect.objectContaining({ code: "usage.invalid", message: expect.stringContaining("a pipe or a device") }),
    );
});
