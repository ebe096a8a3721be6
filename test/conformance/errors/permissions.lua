local _, net = pcall(http.get, "http://example.com/")
local _, out = pcall(fs.read, "../../etc/passwd")
return { { net.code, net.details.capability, net.details.target, net.retryable }, out.code }
