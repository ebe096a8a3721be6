local count = 0
return {
  greeting = "Hello",
  loaded = function() count = count + 1 end,
  loads = function() return count end,
}
