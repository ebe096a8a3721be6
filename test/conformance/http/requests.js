const s = params.server;
const got = await http.get(`${s}/json`);
const echoed = (await http.post(`${s}/echo`, { json: { max_tokens: 5 }, headers: { "X-Token": "t" } })).json();
const formed = (await http.put(`${s}/echo`, { form: { a: "x y", b: 2 } })).json();
const typed = (await http.patch(`${s}/echo`, { body: "raw", auth: { bearer: "key" } })).json();
const deleted = (await http.delete(`${s}/echo`, { query: { list: [1, 2], q: "a b" } })).json();
const asked = (await http.request({ url: `${s}/echo`, method: "post", body: { n: 1 }, auth: { basic: { username: "u", password: "p" } } })).json();
const headed = await http.head(`${s}/text`);
const moved = await http.get(`${s}/redirect`);
const stayed = await http.get(`${s}/redirect`, { redirect: "manual" });
const lost = await http.get(`${s}/status/404`);
const bytes = await http.get(`${s}/bytes`);
const textual = await http.get(`${s}/text`);
const latin = await http.get(`${s}/latin`);
return {
  json: got.json(),
  ok: [got.ok, got.status, got.statusText, got.headers["content-type"], got.url === `${s}/json`],
  body: got.body,
  echoed,
  formed,
  typed,
  deleted,
  asked,
  headed: [headed.status, headed.body],
  moved: [moved.body, moved.url === `${s}/text`],
  stayed: [stayed.status, stayed.headers.location],
  lost: [lost.status, lost.ok, lost.body, lost.headers["x-kind"]],
  text: textual.text(),
  latin: latin.text(),
  unpacked: (await http.get(`${s}/gzip`)).body,
  bytes: [bytes.bytes(), bytes.body],
};
