return [state.create()];
