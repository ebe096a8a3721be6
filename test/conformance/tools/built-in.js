tools.create({ name: "own", category: "mine", tags: ["special"], execute: () => null });
const start = ({ hash }) => hash.slice(0, 8);
const has = Object.fromEntries(tools.categories().map(({ name, count }) => [name, count]));
const [listed] = tools.toMcp(["text_hash"]).tools;
return {
  hashes: [
    start(await tools.text_hash("hello")),
    start(await tools.text_hash({ text: "hello" })),
    start(await tools.textHash("hello", "sha256")),
    start(await tool.text_hash("hello", "md5")),
  ],
  found: [
    tools.search("hash text")[0].name,
    has.text > 0 && has.mine === 1,
    tools.byCategory("text").length > 0,
    tools.byTag("hash").length > 0,
    tools.byTag("special")[0].name,
  ],
  mcp: [listed.name, listed.inputSchema.properties.text.type, listed.annotations.readOnlyHint],
};
