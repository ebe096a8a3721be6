const code = (name, args) => tools.execute(name, args).then(() => false, (failure) => failure.code);

const part = await tools.file_read({ path: "notes.txt", offset: 2, limit: 1 });
const written = await tools.file_write("out/new.txt", "hello");
const edit = await tools.file_edit({ path: "notes.txt", old_text: "second", new_text: "2nd" });
const edited = (await tools.file_read("notes.txt")).content;
const [match] = (await tools.file_grep({ pattern: "TO+DO" })).matches;
const names = (await tools.file_list()).entries.map(({ name }) => name);
const { diff } = await tools.file_diff({ from: "notes.txt", to_text: "one\n2nd\nthird\n" });
const [patched] = (await tools.file_patch(diff)).files;
const { content } = await tools.file_read("notes.txt");
const { hash } = await tools.file_hash("out/new.txt");
const [result] = (await tools.file_search({ glob: "out/*" })).results;
await tools.file_copy("notes.txt", "copy.txt");
await tools.file_append("copy.txt", "more");
await tools.file_move("copy.txt", "moved.txt");
await tools.file_writer("gone.txt", "x");
return {
  read: [part.content, part.total_lines, part.truncated],
  written: [written.path, written.created, written.bytes],
  edited: [edit.replacements, edited],
  found: [[match.path, match.line], [result.path]],
  listed: names,
  patched: [patched.action, content],
  hash: hash.slice(0, 8),
  moved: [fs.exists("copy.txt"), (await tools.file_delete("gone.txt")).deleted],
  errors: [
    await code("file_read", { path: "none.txt" }),
    await code("file_read", { path: "../secret.txt" }),
    await code("file_edit", { path: "notes.txt", old_text: "zzz", new_text: "y" }),
    await code("file_copy", { from: "notes.txt", to: "moved.txt" }),
    await code("file_read", { pth: "notes.txt" }),
  ],
};
