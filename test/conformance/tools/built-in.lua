tools.create({ name = "own", category = "mine", tags = { "special" }, execute = function() return nil end })
local function start(answer) return answer.hash:sub(1, 8) end
local has = {}
for _, each in ipairs(tools.categories()) do has[each.name] = each.count end
local listed = tools.to_mcp({ "text_hash" }).tools[1]
return {
  hashes = {
    start(tools.text_hash("hello")),
    start(tools.text_hash({ text = "hello" })),
    start(tools.textHash("hello", "sha256")),
    start(tool.text_hash("hello", "md5")),
  },
  found = {
    tools.search("hash text")[1].name,
    has.text > 0 and has.mine == 1,
    #tools.by_category("text") > 0,
    #tools.by_tag("hash") > 0,
    tools.by_tag("special")[1].name,
  },
  mcp = { listed.name, listed.inputSchema.properties.text.type, listed.annotations.readOnlyHint },
}
