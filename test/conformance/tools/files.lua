local function code(name, args)
  local ok, failure = pcall(tools.execute, name, args)
  return not ok and failure.code
end

local part = tools.file_read({ path = "notes.txt", offset = 2, limit = 1 })
local written = tools.file_write("out/new.txt", "hello")
local edit = tools.file_edit({ path = "notes.txt", old_text = "second", new_text = "2nd" })
local edited = tools.file_read("notes.txt").content
local match = tools.file_grep({ pattern = "TO+DO" }).matches[1]
local names = {}
for _, entry in ipairs(tools.file_list().entries) do names[#names + 1] = entry.name end
local diff = tools.file_diff({ from = "notes.txt", to_text = "one\n2nd\nthird\n" }).diff
local patched = tools.file_patch(diff).files[1]
local content = tools.file_read("notes.txt").content
local hash = tools.file_hash("out/new.txt").hash
local result = tools.file_search({ glob = "out/*" }).results[1].path
tools.file_copy("notes.txt", "copy.txt")
tools.file_append("copy.txt", "more")
tools.file_move("copy.txt", "moved.txt")
tools.file_writer("gone.txt", "x")
return {
  read = { part.content, part.total_lines, part.truncated },
  written = { written.path, written.created, written.bytes },
  edited = { edit.replacements, edited },
  found = { { match.path, match.line }, { result } },
  listed = names,
  patched = { patched.action, content },
  hash = hash:sub(1, 8),
  moved = { fs.exists("copy.txt"), tools.file_delete("gone.txt").deleted },
  errors = {
    code("file_read", { path = "none.txt" }),
    code("file_read", { path = "../secret.txt" }),
    code("file_edit", { path = "notes.txt", old_text = "zzz", new_text = "y" }),
    code("file_copy", { from = "notes.txt", to = "moved.txt" }),
    code("file_read", { pth = "notes.txt" }),
  },
}
