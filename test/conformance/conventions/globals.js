return {
  params,
  args,
  env: [env.CONFORMANCE_SHOWN, util.typeOf(env.CONFORMANCE_HIDDEN), util.typeOf(env.PATH)],
  spell: [spell.name, text.endsWith(spell.dir, "conventions"), regex.test(spell.runId, "^[0-9a-f-]{36}$"), util.typeOf(spell.version)],
  stdin: util.typeOf(stdin),
};
