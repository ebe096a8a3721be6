const failure = (fn) => { try { fn(); return { code: "none" }; } catch (error) { return error; } };
const ch = channel.new(3);
await ch.send("dot");
await ch["send"]("colon");
const send = ch.send.bind(ch);
await send("loose");
const { encode } = json;
const store = state.create();
store.set("a", 1);
store["set"]("b", 2);
return {
  queue: [await ch.receive(), await ch.receive(), await ch.receive()],
  function_alone: encode([1]),
  global: [json.encode([2]), json.encode([2])],
  store: [store.get("a"), store.get("b")],
  extra: failure(() => json.encode(1, {}, "too many")).code,
  missing: failure(() => text.split("a")).code,
  wrong: failure(() => text.split({}, ",")).code,
};
