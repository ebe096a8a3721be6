return {
  kind: util.typeOf(params.at),
  iso: time.iso(params.at),
  plus: time.iso(time.add(params.at, { days: 1 })),
  json: json.encode([params.at]),
  yaml: yaml.encode(params.at),
  same: data.equal(params.at, time.date("2026-01-02T03:04:05.678Z")),
  list: data.max([params.at, time.date(0)]),
  back: params.at,
};
