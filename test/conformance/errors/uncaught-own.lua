error({ code = "my.code", message = "my message" })
