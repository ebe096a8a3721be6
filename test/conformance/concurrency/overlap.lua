local started, seen, jobs = 0, {}, {}
for n = 1, 10 do
  jobs[n] = async.spawn(function()
    started = started + 1
    async.sleep(20)
    seen[n] = started
    return n
  end)
end
return { sum = data.sum(async.all(jobs)), started_before_the_first_ended = data.min(seen) }
