import { describe, expect, it } from "vitest";
import type { ContractScripts } from "../../testing/contract-scripts.ts";
import { engineContract } from "../../testing/engine-contract.ts";
import { createTengoEngine } from "./tengo-engine.ts";

const SCRIPTS: ContractScripts = {
  answer: "export 42",
  echo: "export demo.echo(params.value)",
  later: "export demo.later(params.value)",
  spellings: "export [demo.two_words(), demo.twoWords()]",
  named: "export [named.known(), named.any_name(1)]",
  catches: `
    e := demo.fail()
    export [e.value.code, e.value.message, e.value.retryable, e.value.details.reason, bool(e)]`,
  catchesLater: `
    e := demo.fail_later()
    export [e.value.code, e.value.message, e.value.retryable, e.value.details.reason, bool(e)]`,
  raises: `// line 1
export error("something is broken")`,
  syntaxError: "x := := 1",
  callback: "export demo.apply(func(n) { return n * 2 }, 21)",
  waitingCallback: "export demo.apply(func(n) { return demo.later(n * 2) }, 21)",
  concurrent: `
    export async.all([
      async.spawn(func() { return demo.later("a") }),
      async.spawn(func() { return demo.later("b") })
    ])`,
  hangs: `
    kept := "kept"
    export [demo.hang(), kept]`,
  final: `
    demo.final()
    export "survived"`,
  recursion: `
    f := func(n) { return f(n + 1) + 1 }
    result := async.spawn(f, 1).await()
    export is_error(result) ? "caught" : "returned"`,
  memory: `
    text := import("text")
    all := []
    for { all = append(all, text.repeat("x", 1000) + len(all)) }`,
  memoryCaught: `
    text := import("text")
    result := async.spawn(func() { return text.repeat("x", 1 << 28) }).await()
    export is_error(result) ? "caught" : "held"`,
  cycle: `
    m := {}
    m.self = m
    export demo.echo(m).value.code`,
  background: `
    async.spawn(func() {
      demo.later(1)
      fmt.println("done")
    })
    export "first"`,
  keeps: `
    demo.keep(func(n) { return n * 2 })
    export demo.hang()`,
  iterates: `
    all := []
    for n in demo.counter(3) { all = append(all, n) }
    all = append(all, demo.counter(1).next())
    export all`,
  globals: "export [demo.limit, stdin, stdin]",
  module: 'lib := import("./lib"); export lib.answer',
  moduleSource: "export {answer: 42}",
  random: 'rand := import("rand"); export [rand.float(), rand.float(), rand.intn(1000000)]',
  clock: 'times := import("times"); export times.time_unix(times.now())',
  prints: 'fmt.println("hello")',
  escapes: `
    found := []
    os := import("os")
    for name in ["remove", "remove_all", "rename", "open", "open_file", "create", "mkdir", "exec", "exec_look_path",
      "find_process", "start_process", "chdir", "hostname", "exit"] {
      done := async.spawn(func() { return os[name]("/etc/passwd") }).await()
      if !is_error(done) && bool(done) { found = append(found, "os." + name) }
    }
    for name in ["_G", "__tengo", "debug", "load", "io", "string", "require", "pcall", "getmetatable"] {
      if is_callable(demo[name]) || params[name] != undefined { found = append(found, name) }
    }
    export found`,
};

describe("the Tengo engine fulfils the engine contract", () => {
  it.each(engineContract(createTengoEngine, SCRIPTS))("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
