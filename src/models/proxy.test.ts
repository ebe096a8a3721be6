import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("a dead proxy is a network error that names the provider", async () => {
  const program = `
    import { Models } from ${JSON.stringify(new URL("./models.ts", import.meta.url).href)};
    const models = new Models({ config: { providers: { openai: { apiKey: "k" } } }, retry: { retries: 0 } });
    await models.generate({ model: "gpt-4o", messages: [{ role: "user", content: "hi" }] }).catch((error) => console.log(JSON.stringify(error.toData())));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
    env: {
      ...process.env,
      NODE_USE_ENV_PROXY: "1",
      HTTPS_PROXY: "http://127.0.0.1:9",
      HTTP_PROXY: "http://127.0.0.1:9",
      NO_PROXY: "",
      no_proxy: "",
    },
  });
  const error = JSON.parse(stdout) as { code: string; message: string; hint: string };
  expect(error.code).toBe("provider.network");
  expect(error.message).toBe("cannot reach openai at https://api.openai.com: nothing listens there (ECONNREFUSED)");
  expect(error.hint).toMatch(/127\.0\.0\.1:9 .*HTTPS_PROXY/);
}, 20_000);
