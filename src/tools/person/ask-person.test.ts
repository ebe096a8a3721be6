import { afterEach, expect, test } from "vitest";
import { createFixtureHost, type FixtureHost } from "../fixtures/fixture-host.ts";
import type { PersonQuestion } from "../tool-host.ts";
import { askPerson } from "./ask-person.ts";

let host: FixtureHost;
afterEach(() => host.close());

test("puts the question with its choices and time, and answers what the person said", async () => {
  const asked: PersonQuestion[] = [];
  host = createFixtureHost({ askPerson: (question) => (asked.push(question), "tea") });
  const args = { question: "Tea or coffee?", choices: ["tea", "coffee"], timeout_seconds: 5 };
  expect(await host.run(askPerson, args)).toEqual({ answer: "tea" });
  expect(asked).toEqual([{ question: "Tea or coffee?", choices: ["tea", "coffee"], timeoutMs: 5000 }]);
});

test("fails where there is nobody", async () => {
  host = createFixtureHost();
  expect((await host.fail(askPerson, { question: "Hello?" })).code).toBe("approval.unavailable");
});
