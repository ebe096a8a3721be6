const ch = channel.new();
return await ch.receive();
