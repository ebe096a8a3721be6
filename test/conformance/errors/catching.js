const caught = async (fn) => { try { return { ok: true, value: await fn() }; } catch (error) { return { ok: false, error }; } };
const { ok, error: failure } = await caught(() => fs.read("nowhere.txt"));
const { error: inner } = await caught(() => json.decode("{"));
const { error: timedOut } = await caught(() => async.timeout(5, () => async.sleep(50)));
const { error: input } = await caught(() => http.get("no address"));
return {
  ok,
  kind: util.typeOf(failure),
  code: failure.code,
  message: text.contains(failure.message, "nowhere.txt"),
  as_text: text.contains(String(failure), failure.message),
  retryable: failure.retryable,
  details: inner.details.offset,
  timed_out: [timedOut.code, timedOut.retryable, timedOut.details.ms],
  input: [input.code, input.retryable],
};
