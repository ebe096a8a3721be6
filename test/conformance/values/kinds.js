const kinds = data.map(params.values, util.typeOf);
const ch = channel.new(20);
for (const value of params.values) await ch.send(value);
const back = [];
for (const _ of params.values) back.push(await ch.receive());
const seen = [];
data.each(params.values, (value) => { seen.push(value); });
return { kinds, values: params.values, back, seen };
