return await tools.text_hsh("x");
