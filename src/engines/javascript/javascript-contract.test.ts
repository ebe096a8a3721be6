import { describe, expect, it } from "vitest";
import type { ContractScripts } from "../../testing/contract-scripts.ts";
import { engineContract } from "../../testing/engine-contract.ts";
import { createJavascriptEngine } from "./javascript-engine.ts";

const SCRIPTS: ContractScripts = {
  answer: "return 42",
  echo: "return demo.echo(params.value)",
  later: "return await demo.later(params.value)",
  spellings: "return [demo.two_words(), demo.twoWords()]",
  named: "return [named.known(), (await named).any_name(1)]",
  catches: `
    try { demo.fail(); } catch (e) { return [e.code, e.message, e.retryable, e.details.reason, !(e instanceof Error)]; }`,
  catchesLater: `
    try { await demo.failLater(); } catch (e) { return [e.code, e.message, e.retryable, e.details.reason, !(e instanceof Error)]; }`,
  raises: `// line 1
throw new Error("something is broken");`,
  syntaxError: "const x = = 1;",
  callback: "return demo.apply((n) => n * 2, 21)",
  waitingCallback: "return await demo.apply(async (n) => await demo.later(n * 2), 21)",
  concurrent: 'return await Promise.all([demo.later("a"), demo.later("b")])',
  hangs: `
    const kept = "kept";
    return [await demo.hang(), kept];`,
  final: `
    try { demo.final(); } catch {} finally { demo.echo(1); }
    return "survived";`,
  recursion: `
    const f = (n) => f(n + 1) + 1;
    try { return f(1); } catch { return "caught"; }`,
  memory: `
    const all = [];
    for (;;) all.push("x".repeat(1000) + all.length);`,
  memoryCaught: `
    try { return new Uint8Array(2 ** 28).length; } catch { return "caught"; }`,
  cycle: `
    const o = {};
    o.self = o;
    try { demo.echo(o); } catch (e) { return e.code; }`,
  background: `
    (async () => {
      await demo.later(1);
      console.log("done");
    })();
    return "first";`,
  keeps: `
    demo.keep((n) => n * 2);
    return await demo.hang();`,
  iterates: `
    const all = [];
    for await (const n of demo.counter(3)) all.push(n);
    return [...all, demo.counter(1).next()];`,
  globals: "return [demo.limit, stdin, stdin]",
  module: 'import { answer } from "./lib.js";\nreturn answer;',
  moduleSource: "export const answer = 42;",
  random: "return [Math.random(), Math.random(), Math.random()]",
  clock: "return Math.floor(Date.now() / 1000)",
  prints: 'console.log("hello")',
  escapes: `
    const found = [];
    const names = ["process", "require", "module", "global", "Buffer", "fetch", "XMLHttpRequest", "WebAssembly", "Worker",
      "Atomics", "Deno", "Bun", "std", "os", "bjson", "scriptArgs", "postMessage", "importScripts", "__dirname"];
    for (const name of names) if (name in globalThis) found.push(name);
    for (const name of ["fs", "node:fs", "std", "os", "qjs:std", "qjs:os", "bjson", "/etc/passwd", "../../etc/passwd"]) {
      try { await import(name); found.push("import " + name); } catch {}
    }
    const outer = demo.echo.constructor("return this")();
    if (outer !== globalThis) found.push("the host's global");
    return found;`,
};

describe("the JavaScript engine fulfils the engine contract", () => {
  it.each(engineContract(createJavascriptEngine, SCRIPTS))("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
