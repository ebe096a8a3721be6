return { deep = { function() end } }
