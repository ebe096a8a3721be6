const names = (list) => list.map(({ name }) => name);
const script = await tools.loadFile("parts/one.js");
const data = await tools.loadDirectory("kit");
const missing = await tools.loadFile("nothing.yaml").catch((error) => error.code);
return {
  script: [names(script), await tools.from_script(3)],
  data: [names(data), await tools.welcome("ada")],
  missing,
};
