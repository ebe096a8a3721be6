local before, jobs = time.now(), {}
for n = 1, 10 do
  jobs[n] = async.spawn(function()
    async.sleep(50)
    return n
  end)
end
return { data.sum(async.all(jobs)), time.now() - before < 400 }
