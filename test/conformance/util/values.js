return {
  uuid: regex.test(util.uuid(), "^[0-9a-f-]{36}$") && util.uuid() !== util.uuid(),
  inspect: util.inspect({ name: "Ada", tags: ["x", 1.5] }),
  short: util.inspect([[[[]]]], { depth: 1 }),
  few: util.inspect([1, 2, 3], { items: 1 }),
  kinds: data.map([true, 1, 1.5, "s", params.bytes, params.at, [1], { a: 1 }, channel.new(1), null], util.typeOf),
  of_function: util.typeOf(() => {}),
  of_nil: util.typeOf(undefined),
};
