return {
  as_list: data.size(data.map([], (x) => x)),
  as_object: data.keys({}),
  as_schema_list: data.concat([], []),
  as_options: json.encode([1], {}),
  list_back: json.encode(json.decode("[]")),
  object_back: json.encode(json.decode("{}")),
  from_params: [json.encode(params.list), json.encode(params.object)],
  given_back: params,
};
