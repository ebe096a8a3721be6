const markdown = "Look:\n```lua\nprint(1)\n```\nand\n~~~JS\nlet a;\n~~~\n```\nopen";
return {
  blocks: text.codeBlocks(markdown),
  lua_only: text.codeBlocks(markdown, "lua")[0].code,
  urls: text.urls("See https://a.b/c(d)., http://x.y and https://a.b/c(d)."),
  emails: text.emails("ada@example.com, <bob.b+x@mail.co.uk>, no@where"),
  stripped: text.stripHtml("<h1>Title</h1><p>A &amp; <b>B</b></p><script>x()</script>"),
  escaped: text.escapeHtml("<a href=\"x\">'&'</a>"),
  unescaped: text.unescapeHtml("&lt;&#233;&#x1F600;&unknown;&quot;"),
  plain: text.stripAnsi("\u001b[31mred\u001b[0m"),
  distance: text.distance("kitten", "sitting"),
  similarity: text.similarity("abcd", "abcx"),
  diff: text.diff("a\nb\nc\n", "a\nx\nc\n", { from: "old", to: "new", context: 1 }),
  no_diff: text.diff("a", "a"),
};
