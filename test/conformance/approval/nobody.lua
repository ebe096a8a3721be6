local ok, problem = pcall(approval.request, "Send the mail?")
return {problem.code, ok}
