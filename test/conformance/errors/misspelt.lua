local clerk = agent.create({ name = "clerk" })
clerk:rnu("hello")
