return {
  upper = text.upper("straße"),
  lower = text.lower("ÀB"),
  capitalize = text.capitalize("élan vital"),
  title = text.title("the CAT's o'clock"),
  camel = text.camel_case("parse HTTP-response_2"),
  pascal = text.pascal_case("parseHTTPResponse"),
  snake = text.snake_case("parseHTTPResponse"),
  kebab = text.kebab_case("Some Words here"),
  constant = text.constant_case("maxTokens"),
  slug = text.slugify("Crème Brûlée & Straße!"),
  short_slug = text.slugify("one two three", { separator = "_", max_length = 8 }),
}
