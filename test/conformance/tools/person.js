const { answer } = await tools.ask_person("Tea or coffee?", ["tea", "coffee"]);
return [answer, await tools.ask_person("And why?").catch((problem) => problem.code)];
