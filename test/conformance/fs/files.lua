fs.write("notes/a.txt", "héllo")
fs.append("notes/a.txt", "\nmore")
fs.write_bytes("notes/b.bin", params.bytes)
fs.mkdir("empty/deep")
local stat = fs.stat("notes/a.txt")
fs.copy("notes/a.txt", "copy.txt")
fs.move("notes/b.bin", "moved.bin")
local _, taken = pcall(fs.move, "copy.txt", "moved.bin")
fs.copy("copy.txt", "moved2.txt")
fs.move("moved2.txt", "notes/c.md", { overwrite = true })
local temporary = fs.temp(".csv")
local _, missing = pcall(fs.read, "nowhere.txt")
local _, outside = pcall(fs.read, "../secret")
local _, absolute = pcall(fs.write, "/etc/x", "y")
local _, full = pcall(fs.remove, "notes")
return {
  text = fs.read("notes/a.txt"),
  bytes = fs.read_bytes("moved.bin"),
  exists = { fs.exists("notes"), fs.exists("notes/b.bin") },
  stat = { stat.path, stat.type, stat.is_file, stat.is_directory, stat.size },
  fresh = time.diff(stat.modified, "2025-01-01", "days") > 0,
  list = fs.list("notes"),
  list_all = fs.list(".", { recursive = true })[1],
  glob = fs.glob("**/*.{txt,md}"),
  temporary = { regex.test(temporary, "^tmp/[0-9a-f]+\\.csv$"), fs.read(temporary) },
  removed = { fs.remove("copy.txt"), fs.remove("copy.txt"), fs.remove("empty", { recursive = true }), fs.exists("empty") },
  taken = taken.code,
  missing = { missing.code, missing.retryable },
  outside = outside.code,
  absolute = absolute.code,
  full = full.code,
}
