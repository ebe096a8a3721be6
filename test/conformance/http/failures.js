const s = params.server;
const failure = async (fn) => { try { await fn(); return { code: "none" }; } catch (error) { return error; } };
const slow = await failure(() => http.get(`${s}/slow`, { timeout_ms: 30 }));
const host = await failure(() => http.get("http://example.com/"));
return {
  slow: [slow.code, slow.retryable],
  host: [host.code, host.retryable],
  port: (await failure(() => http.get("http://127.0.0.1:9/"))).code,
  address: (await failure(() => http.get("ftp://x/"))).code,
  two_bodies: (await failure(() => http.post(`${s}/echo`, { body: "x", json: [1] }))).code,
  get_body: (await failure(() => http.get(`${s}/echo`, { body: "x" }))).code,
  unknown_option: (await failure(() => http.get(`${s}/echo`, { header: {} }))).code,
  no_json: (await failure(async () => (await http.get(`${s}/text`)).json())).code,
};
