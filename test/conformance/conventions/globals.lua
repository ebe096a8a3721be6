return {
  params = params,
  args = args,
  env = { env.CONFORMANCE_SHOWN, util.type_of(env.CONFORMANCE_HIDDEN), util.type_of(env.PATH) },
  spell = { spell.name, text.ends_with(spell.dir, "conventions"), text.length(spell.run_id) > 8, util.type_of(spell.version) },
  stdin = util.type_of(stdin),
}
