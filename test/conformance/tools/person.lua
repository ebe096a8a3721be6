local answer = tools.ask_person("Tea or coffee?", {"tea", "coffee"}).answer
local ok, problem = pcall(tools.ask_person, "And why?")
return {answer, problem.code}
