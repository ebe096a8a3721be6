error({ code = "my.module", message = "while loading" })
