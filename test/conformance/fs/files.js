const caught = (fn) => { try { fn(); return undefined; } catch (error) { return error; } };
fs.write("notes/a.txt", "héllo");
fs.append("notes/a.txt", "\nmore");
fs.writeBytes("notes/b.bin", params.bytes);
fs.mkdir("empty/deep");
const stat = fs.stat("notes/a.txt");
fs.copy("notes/a.txt", "copy.txt");
fs.move("notes/b.bin", "moved.bin");
const taken = caught(() => fs.move("copy.txt", "moved.bin"));
fs.copy("copy.txt", "moved2.txt");
fs.move("moved2.txt", "notes/c.md", { overwrite: true });
const temporary = fs.temp(".csv");
const missing = caught(() => fs.read("nowhere.txt"));
const outside = caught(() => fs.read("../secret"));
const absolute = caught(() => fs.write("/etc/x", "y"));
const full = caught(() => fs.remove("notes"));
return {
  text: fs.read("notes/a.txt"),
  bytes: fs.readBytes("moved.bin"),
  exists: [fs.exists("notes"), fs.exists("notes/b.bin")],
  stat: [stat.path, stat.type, stat.isFile, stat.isDirectory, stat.size],
  fresh: time.diff(stat.modified, "2025-01-01", "days") > 0,
  list: fs.list("notes"),
  list_all: fs.list(".", { recursive: true })[0],
  glob: fs.glob("**/*.{txt,md}"),
  temporary: [regex.test(temporary, "^tmp/[0-9a-f]+\\.csv$"), fs.read(temporary)],
  removed: [fs.remove("copy.txt"), fs.remove("copy.txt"), fs.remove("empty", { recursive: true }), fs.exists("empty")],
  taken: taken.code,
  missing: [missing.code, missing.retryable],
  outside: outside.code,
  absolute: absolute.code,
  full: full.code,
};
