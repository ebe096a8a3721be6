return {
  params,
  args,
  env: [env.CONFORMANCE_SHOWN, util.typeOf(env.CONFORMANCE_HIDDEN), util.typeOf(env.PATH)],
  spell: [spell.name, text.endsWith(spell.dir, "conventions"), text.length(spell.runId) > 8, util.typeOf(spell.version)],
  stdin: util.typeOf(stdin),
};
