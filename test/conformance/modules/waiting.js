import config from "./lib/config.js";
const two = await async.all([
  async () => (await import("./lib/slow.js")).n,
  async () => (await import("./lib/slow.js")).n,
]);
return [config.text, two];
