return { state.create() }
