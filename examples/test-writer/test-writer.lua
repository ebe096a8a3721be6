-- ---
-- name: test-writer
-- description: An agent that reads a source file and writes tests for it, with a plan of the cases first. It writes nothing but the test file.
-- parameters:
--   file: { type: file, default: src/slug.js, description: The source to test }
--   framework: { type: string, default: node:test, description: What runs the tests }
-- ---
--
-- llmspell run examples/test-writer/test-writer.lua --file src/parse.js --framework vitest

local target = params.file:gsub("%.(%w+)$", ".test.%1")

local writer = agent.create {
  name = "test-writer",
  system = "You write tests with " .. params.framework .. ". Read the source first. Plan cases before you write: the usual, the edge, the broken input. "
    .. "Save the tests once, then say in a sentence what they cover, and name what looks like a bug instead of testing for it.",
  tools = {
    "file_read",
    {
      name = "plan",
      description = "Writes down the cases, before any test is written.",
      parameters = { cases = { type = "array", items = { type = "string" }, required = true } },
      execute = function(args)
        for _, case in ipairs(args.cases) do print("- " .. case) end
        return "planned"
      end,
    },
    {
      name = "save_tests",
      description = "Saves the whole test file " .. target .. ".",
      parameters = { code = { type = "string", required = true } },
      execute = function(args)
        fs.write(target, args.code)
        return "saved as " .. target
      end,
    },
  },
  max_steps = 8,
}

local answer = writer.run("Write tests for " .. params.file .. ".")
print("\n" .. answer)
if not fs.exists(target) then error { code = "tests.missing", message = "no tests were saved" } end
