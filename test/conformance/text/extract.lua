local markdown = "Look:\n```lua\nprint(1)\n```\nand\n~~~JS\nlet a;\n~~~\n```\nopen"
return {
  blocks = text.code_blocks(markdown),
  lua_only = text.code_blocks(markdown, "lua")[1].code,
  urls = text.urls("See https://a.b/c(d)., http://x.y and https://a.b/c(d)."),
  emails = text.emails("ada@example.com, <bob.b+x@mail.co.uk>, no@where"),
  stripped = text.strip_html("<h1>Title</h1><p>A &amp; <b>B</b></p><script>x()</script>"),
  escaped = text.escape_html("<a href=\"x\">'&'</a>"),
  unescaped = text.unescape_html("&lt;&#233;&#x1F600;&unknown;&quot;"),
  plain = text.strip_ansi("\27[31mred\27[0m"),
  distance = text.distance("kitten", "sitting"),
  similarity = text.similarity("abcd", "abcx"),
  diff = text.diff("a\nb\nc\n", "a\nx\nc\n", { from = "old", to = "new", context = 1 }),
  no_diff = text.diff("a", "a"),
}
