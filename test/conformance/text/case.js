return {
  upper: text.upper("straße"),
  lower: text.lower("ÀB"),
  capitalize: text.capitalize("élan vital"),
  title: text.title("the CAT's o'clock"),
  camel: text.camelCase("parse HTTP-response_2"),
  pascal: text.pascalCase("parseHTTPResponse"),
  snake: text.snakeCase("parseHTTPResponse"),
  kebab: text.kebabCase("Some Words here"),
  constant: text.constantCase("maxTokens"),
  slug: text.slugify("Crème Brûlée & Straße!"),
  short_slug: text.slugify("one two three", { separator: "_", maxLength: 8 }),
};
