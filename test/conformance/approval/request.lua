local first = approval.request("Send the mail?")
local second = approval.request{title = "Delete the files?", details = {files = {"a.txt", "b.txt"}}, timeout = 60000}
local third = approval.request{title = "Deploy where?", choices = {"staging", "production"}}
local plain = function(answer) return {approved = answer.approved, answer = answer.answer, by = answer.by} end
return {plain(first), plain(second), plain(third), approval.request("And you are?").by}
