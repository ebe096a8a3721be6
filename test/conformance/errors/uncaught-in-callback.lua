data.each({ 1 }, function(item)
  local missing
  return missing.field
end)
