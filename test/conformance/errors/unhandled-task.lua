async.spawn(function() error({ code = "my.unseen", message = "nobody looked" }) end)
async.sleep(5)
return "done"
