return tools.text_hsh("x")
