local s = params.server
local function path(url) return url:sub(#s + 1) end
local page = tools.web_fetch(s .. "/page")
local items = tools.web_scrape({ url = s .. "/page", items = "li.item", fields = { name = "a", link = "a@href", price = "b" } })
local links = tools.web_links(s .. "/page", true)
local feed = tools.feed_read(s .. "/feed")
local found = tools.feed_filter({ urls = s .. "/feed", category = "db" })
local feeds = tools.feed_discover(s .. "/page").feeds
local sitemap = tools.web_sitemap(s)
local sent = tools.http_request({ url = s .. "/echo", method = "POST", json = { a = 1 } })
local inspected = tools.url_inspect(s .. "/redirect")
local _, inside = pcall(tools.web_fetch, s .. "/inside")
local _, missing = pcall(tools.web_fetch, s .. "/status/404")
return {
  page = { page.title, page.article, page.content:find("gulls") ~= nil, page.links[1].text },
  items = { items.total, items.items[1].name, path(items.items[1].link), items.items[2].price },
  links = { { links.links[1].text }, tools.web_links(s .. "/page").total },
  feed = { feed.title, found.items[1].title, found.total },
  feeds = { feeds[1].title, feeds[1].format },
  sitemap = { path(sitemap.urls[1].url), sitemap.total },
  request = { sent.status, sent.json.method, sent.json.body },
  inspected = { #inspected.redirects, inspected.status, inspected.content_type },
  refused = { inside.code, missing.code, missing.details.status },
}
