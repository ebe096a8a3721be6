const code = (failing) => failing.catch((problem) => problem.code);
const run = await tools.command_run({ program: "node", args: ["-p", "'hello'"] });
return [
  run.stdout.trim(),
  run.exit_code,
  await code(tools.command_run("git")),
  await code(tools.system_processes()),
  (await tools.environment_get("LLMSPELL_CASE_COLOR")).value,
  (await tools.environment_get("LLMSPELL_CASE_HIDDEN")).value === null,
  (await tools.system_info()).cpus > 0,
];
