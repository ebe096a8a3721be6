local s = params.server
local got = http.get(s .. "/json")
local echoed = http.post(s .. "/echo", { json = { max_tokens = 5 }, headers = { ["X-Token"] = "t" } }).json()
local formed = http.put(s .. "/echo", { form = { a = "x y", b = 2 } }):json()
local typed = http.patch(s .. "/echo", { body = "raw", auth = { bearer = "key" } }):json()
local deleted = http.delete(s .. "/echo", { query = { list = { 1, 2 }, q = "a b" } }):json()
local asked = http.request({ url = s .. "/echo", method = "post", body = { n = 1 }, auth = { basic = { username = "u", password = "p" } } }):json()
local headed = http.head(s .. "/text")
local moved = http.get(s .. "/redirect")
local stayed = http.get(s .. "/redirect", { redirect = "manual" })
local lost = http.get(s .. "/status/404")
local bytes = http.get(s .. "/bytes")
return {
  json = got:json(),
  ok = { got.ok, got.status, got.status_text, got.headers["content-type"], got.url == s .. "/json" },
  body = got.body,
  echoed = echoed,
  formed = formed,
  typed = typed,
  deleted = deleted,
  asked = asked,
  headed = { headed.status, headed.body },
  moved = { moved.body, moved.url == s .. "/text" },
  stayed = { stayed.status, stayed.headers.location },
  lost = { lost.status, lost.ok, lost.body, lost.headers["x-kind"] },
  text = http.get(s .. "/text"):text(),
  latin = http.get(s .. "/latin"):text(),
  unpacked = http.get(s .. "/gzip").body,
  bytes = { bytes:bytes(), bytes.body },
}
