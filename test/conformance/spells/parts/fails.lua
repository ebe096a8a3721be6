
error({ code = "my.code", message = "no luck", details = { snake_key = 1 } })
