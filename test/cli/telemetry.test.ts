import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import { scratchFolder } from "../support/scratch.ts";

it("a run sends its trace to the collector that the variable names, without any configuration file", async () => {
  const requests: string[] = [];
  const collector = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    requests.push(`${request.url} ${text}`);
    response.end("{}");
  });
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  using folder = scratchFolder({});
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, XDG_STATE_HOME: folder.path };
  const code = 'return llm.complete("Say exactly: tides", { model = "offline" }).content';
  const options = { cwd: folder.path, env };
  for (const more of [[], ["--no-journal"]])
    expect(await runCli(["exec", "-e", "lua", code, ...more], options)).toEqual({
      code: 0,
      stdout: "tides\n",
      stderr: "",
    });
  collector.close();
  const traces = requests.filter((request) => request.startsWith("/v1/traces"));
  expect(traces).toHaveLength(2);
  expect(traces[0]).toContain('"name":"chat offline"');
  const away = await runCli(["exec", "--jsonl", "return 1", "-e", "lua"], options);
  expect(away.code).toBe(0);
  expect(away.stdout.trim().split("\n").at(-1)).toContain('"type":"result"');
  expect(away.stderr).toContain(`did not reach ${endpoint}`);
});
