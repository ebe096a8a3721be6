const first = await spells.include("parts/part.js");
const again = await spells.include("parts/part");
const code = (file) => spells.include(file).then(() => null, (error) => error.code);
return {
  counts: [first.count, again.count, globalThis.counted], works: first.double(21),
  codes: [await code("parts/nothing.js"), await code("../../../package.json"), await code("parts/double.lua")],
};
