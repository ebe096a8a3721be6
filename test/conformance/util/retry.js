const caught = async (promise) => { try { await promise; return undefined; } catch (error) { return error; } };
const failure = (fields) => Object.assign(new Error(fields.message), fields);
let tries = 0;
const asked = [];
const answer = await util.retry((attempt) => {
  tries = attempt;
  if (attempt < 3) throw failure({ code: "http.network", message: "down", retryable: true });
  return `up after ${attempt}`;
}, { base_delay_ms: 1, jitter: false });
let once = 0;
const final = await caught(util.retry(() => {
  once += 1;
  throw failure({ code: "my.bug", message: "no" });
}, { baseDelayMs: 1 }));
const any = await util.retry(async (attempt) => {
  await util.sleep(1);
  if (attempt === 1) throw new Error("plain");
  return attempt;
}, { retryIf: "any", baseDelayMs: 1 });
const last = await caught(util.retry((attempt) => { throw failure({ code: `my.try${attempt}`, message: "x" }); }, {
  attempts: 5,
  base_delay_ms: 1,
  retry_if: (error, attempt) => {
    asked.push(error.code);
    return attempt < 2;
  },
}));
return { tries, answer, once, final: final.code, any, last: last.code, asked };
