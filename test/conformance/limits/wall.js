try { await async.sleep(60000); } catch {}
return "went on";
