return {
  params = params,
  args = args,
  env = { env.CONFORMANCE_SHOWN, util.type_of(env.CONFORMANCE_HIDDEN), util.type_of(env.PATH) },
  spell = { spell.name, text.ends_with(spell.dir, "conventions"), regex.test(spell.run_id, "^[0-9a-f-]{36}$"), util.type_of(spell.version) },
  stdin = util.type_of(stdin),
}
