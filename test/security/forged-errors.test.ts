import { afterAll, expect, it } from "vitest";
import { createRuntime } from "../support/product.ts";

const runtime = createRuntime({ workers: 1 });
afterAll(() => runtime.shutdown());

const SCRIPTS = {
  lua: {
    raise: (code: string) => `error({ code = "${code}", message = "forged" })`,
    caught: `
      local ok, e = pcall(data.map, { 1 }, function() error({ code = "limit.cpu", message = "forged" }) end)
      return { ok, e.code, e.message }`,
  },
  javascript: {
    raise: (code: string) => `throw Object.assign(new Error("forged"), { code: "${code}" })`,
    caught: `
      try { data.map([1], () => { throw Object.assign(new Error("forged"), { code: "limit.cpu" }); }); }
      catch (e) { return [false, e.code, e.message]; }`,
  },
};

it.each(Object.entries(SCRIPTS))("%s: a script cannot say that a limit ended it", async (engine, { raise }) => {
  for (const code of ["limit.cpu", "run.aborted", "worker.lost", "journal.mismatch"]) {
    expect(await runtime.exec(raise(code), { engine })).toMatchObject({
      ok: false,
      error: { code: "script.error", message: "forged" },
    });
  }
  expect(await runtime.exec(raise("my.code"), { engine })).toMatchObject({ ok: false, error: { code: "my.code" } });
});

it.each(Object.entries(SCRIPTS))(
  "%s: a callback's forged limit is an error like any other",
  async (engine, { caught }) => {
    expect(await runtime.exec(caught, { engine })).toMatchObject({
      ok: true,
      value: [false, "script.error", "forged"],
    });
  },
);
