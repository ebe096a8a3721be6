const failure = (fn) => { try { fn(); return { code: "none" }; } catch (error) { return error; } };
const large = failure(() => json.encode("x".repeat(200000)));
let deep = [];
for (let i = 0; i < 300; i++) deep = [deep];
const tooDeep = failure(() => json.encode(deep));
const cycle = {};
cycle.self = cycle;
const circular = failure(() => json.encode(cycle));
return [large.code, tooDeep.code, circular.code, json.encode("small")];
