counted = (counted or 0) + 1
return { count = counted, double = function(n) return n * 2 end }
