local code = function(...)
  local ok, problem = pcall(...)
  return ok or problem.code
end
local run = tools.command_run({program = "node", args = {"-p", "'hello'"}})
return {
  text.trim(run.stdout),
  run.exit_code,
  code(tools.command_run, "git"),
  code(tools.system_processes),
  tools.environment_get("LLMSPELL_CASE_COLOR").value,
  tools.environment_get("LLMSPELL_CASE_HIDDEN").value == json.null,
  tools.system_info().cpus > 0,
}
