import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { createDeflate, deflateSync } from "node:zlib";
import jpeg from "jpeg-js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createRuntime } from "./create-runtime.ts";

const MB = 1024 * 1024;
/** What a run may make the host hold, its slack outside of the heap, and what grows until somebody looks. */
const MOST_GROWTH = 32 * MB + 320 * MB + 320 * MB;

const workspace = mkdtempSync(join(tmpdir(), "llmspell-tool-memory-"));
const runtime = createRuntime({ workers: 1 });
beforeAll(() => runtime.exec("return 1", { engine: "lua" }));
afterAll(async () => {
  await runtime.shutdown();
  rmSync(workspace, { recursive: true, force: true });
});

async function grown(tool: string, args: object): Promise<{ growth: number; outcome: string }> {
  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => void (most = Math.max(most, process.memoryUsage.rss())), 10);
  const code = "return await tools.execute(params.tool, params.args)";
  const result = await runtime.exec(code, { engine: "javascript", workspace, params: { tool, args } });
  clearInterval(watch);
  return { growth: most - before, outcome: result.ok ? "ok" : result.error.code };
}

/** A PDF of one page whose content is packed twice: some kilobytes for 800 MB. */
async function packedPdf(): Promise<Buffer> {
  const blank = Readable.from(Array<Buffer>(800).fill(Buffer.alloc(MB, " ")));
  const content = deflateSync(await buffer(blank.pipe(createDeflate({ level: 1 }))));
  const bodies = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << >> >>",
    `<< /Length ${content.length} /Filter [/FlateDecode /FlateDecode] >>\nstream\n${content.toString("latin1")}\nendstream`,
  ];
  let text = "%PDF-1.4\n";
  const table = bodies.map((body, index) => {
    const at = text.length;
    text += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return `${String(at).padStart(10, "0")} 00000 n \n`;
  });
  const size = bodies.length + 1;
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(`${text}xref\n0 ${size}\n0000000000 65535 f \n${table.join("")}${trailer}`, "latin1");
}

it(
  "a PDF that unpacks to much more than memory ends its run before the machine feels it",
  { timeout: 120_000 },
  async () => {
    writeFileSync(join(workspace, "packed.pdf"), await packedPdf());
    const { growth, outcome } = await grown("pdf_read", { path: "packed.pdf" });
    expect(outcome).toBe("limit.host_memory");
    expect(growth).toBeLessThan(MOST_GROWTH);
  },
);

it("a photograph of a camera is no such thing", { timeout: 120_000 }, async () => {
  const [width, height] = [6000, 4000];
  const data = new Uint8Array(width * height * 4).fill(200);
  writeFileSync(join(workspace, "photo.jpg"), jpeg.encode({ width, height, data }, 50).data);
  const args = { path: "photo.jpg", output: "small.png", width: 100 };
  expect(await grown("image_resize", args)).toMatchObject({ outcome: "ok" });
});
