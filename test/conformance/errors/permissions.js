const caught = async (fn) => { try { await fn(); return undefined; } catch (error) { return error; } };
const net = await caught(() => http.get("http://example.com/"));
const out = await caught(() => fs.read("../../etc/passwd"));
return [[net.code, net.details.capability, net.details.target, net.retryable], out.code];
