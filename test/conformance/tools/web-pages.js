const s = params.server;
const path = (url) => url.slice(s.length);
const failure = (call) => call.then(() => null, (error) => error);
const page = await tools.web_fetch(s + "/page");
const items = await tools.web_scrape({ url: s + "/page", items: "li.item", fields: { name: "a", link: "a@href", price: "b" } });
const links = await tools.web_links(s + "/page", true);
const feed = await tools.feed_read(s + "/feed");
const found = await tools.feed_filter({ urls: s + "/feed", category: "db" });
const { feeds } = await tools.feed_discover(s + "/page");
const sitemap = await tools.web_sitemap(s);
const sent = await tools.http_request({ url: s + "/echo", method: "POST", json: { a: 1 } });
const inspected = await tools.url_inspect(s + "/redirect");
const inside = await failure(tools.web_fetch(s + "/inside"));
const missing = await failure(tools.web_fetch(s + "/status/404"));
return {
  page: [page.title, page.article, page.content.includes("gulls"), page.links[0].text],
  items: [items.total, items.items[0].name, path(items.items[0].link), items.items[1].price],
  links: [[links.links[0].text], (await tools.web_links(s + "/page")).total],
  feed: [feed.title, found.items[0].title, found.total],
  feeds: [feeds[0].title, feeds[0].format],
  sitemap: [path(sitemap.urls[0].url), sitemap.total],
  request: [sent.status, sent.json.method, sent.json.body],
  inspected: [inspected.redirects.length, inspected.status, inspected.content_type],
  refused: [inside.code, missing.code, missing.details.status],
};
