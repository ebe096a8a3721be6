/**
 * The built-in tools: name -> its module in `src/tools/`, without the extension. The module exports the tool
 * (`defineTool`), alone or with others; it is loaded at the tool's first call, synchronously: no top-level await, and
 * large libraries only in `execute` (`await import(...)`).
 */
export const BUILT_IN_TOOLS: Readonly<Record<string, string>> = {
  file_append: "file/write",
  file_copy: "file/move",
  file_delete: "file/move",
  file_diff: "file/diff",
  file_edit: "file/edit",
  file_grep: "file/grep",
  file_hash: "file/hash",
  file_list: "file/list",
  file_move: "file/move",
  file_patch: "file/patch",
  file_read: "file/read",
  file_search: "file/search",
  file_watch: "file/watch",
  file_write: "file/write",
  text_hash: "text/text-hash",
  template_render: "text/template-render",
  regex_extract: "text/regex",
  regex_replace: "text/regex",
  text_diff: "text/text-diff",
  text_statistics: "text/text-statistics",
  text_translate: "text/text-translate",
  token_count: "text/text-pieces",
  text_split: "text/text-pieces",
  feed_discover: "web/feed-discover",
  feed_filter: "web/feed-filter",
  feed_read: "web/feed-read",
  http_request: "web/http-request",
  url_inspect: "web/url-inspect",
  web_fetch: "web/web-fetch",
  web_links: "web/web-links",
  web_scrape: "web/web-scrape",
  web_sitemap: "web/web-sitemap",
};
