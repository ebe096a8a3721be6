import { HELPER_BRIDGES } from "../policy/helper-bridges.ts";
import type { Setting } from "./setting.ts";

const NET_FORMS = "A name, `*.example.com`, `host:port`, or `*` for all public hosts.";
const CEILING = "A ceiling: no manifest, flag or other setting may exceed it; a project's file can only lower it.";

const engine = <const U extends { unused?: string }>(what: string, unused: U) =>
  ({
    type: "group",
    summary: `Spells in ${what}.`,
    members: {
      enabled: { ...unused, type: "flag", default: "true", summary: `Whether spells in ${what} may run.` },
      memory_limit: {
        ...unused,
        type: "size",
        least: 4 * 1024 * 1024,
        default: "`limits.memory`",
        summary: "Most memory of a spell's VM.",
      },
      timeout: {
        ...unused,
        type: "duration",
        least: 1,
        default: "`limits.cpu`",
        summary: "Longest time of computing (CPU time): waiting for a model or the network does not count.",
      },
      sandbox: {
        type: "choice",
        choices: ["strict"],
        refused: {
          none: "spells never run without a sandbox",
          off: "spells never run without a sandbox",
          permissive: "there is one sandbox; what a spell may touch is said by permissions",
          relaxed: "there is one sandbox; what a spell may touch is said by permissions",
        },
        default: "strict",
        summary: "How strict the sandbox is. There is only one.",
      },
    },
  }) as const satisfies Setting;

/** Every setting of a configuration file. Keys in snake_case; files may write them in camelCase too. */
export const SETTINGS = {
  type: "group",
  summary: "Settings of LLMSpell.",
  members: {
    workspace: {
      type: "path",
      guard: "inside",
      default: "the current folder",
      summary: "Folder that `fs` works in; spells see nothing outside of it.",
    },
    models: {
      type: "group",
      summary: "Which models there are, and how they are reached.",
      members: {
        default: {
          type: "text",
          default: "the first provider that is set up",
          summary: "Model of calls that name none, e.g. `openai/gpt-4o`. Also the variable `LLMSPELL_MODEL`.",
        },
        require: {
          type: "flag",
          default: "false",
          summary:
            "Fail with `provider.auth` instead of answering with the offline model. Also the variable `LLMSPELL_REQUIRE_MODEL`.",
        },
        providers: {
          type: "map",
          key: "PROVIDER",
          summary: "Providers by name: openai, anthropic, google, ...",
          of: {
            type: "group",
            summary: "One provider.",
            members: {
              api_key: {
                type: "text",
                secret: true,
                default: "the provider's own variable, e.g. `OPENAI_API_KEY`",
                summary: "Key of the provider. Better a variable than the key itself: `${MY_KEY}`.",
              },
              base_url: {
                type: "text",
                form: "url",
                default: "the provider's own variable, e.g. `OPENAI_BASE_URL`, else its own address",
                summary: "Address of the provider's API.",
              },
              default_model: {
                type: "text",
                default: "by provider",
                summary: "Model of calls that name the provider and no model.",
              },
              headers: {
                type: "map",
                key: "NAME",
                summary: "Headers of every request to the provider.",
                of: { type: "text", secret: true, summary: "Text of the header." },
              },
              api: {
                type: "choice",
                choices: ["chat", "responses"],
                default: "responses at OpenAI's own address, chat at any other",
                summary: "Which of OpenAI's two protocols is spoken. For `openai` only.",
              },
            },
          },
        },
      },
    },
    permissions: {
      type: "group",
      summary: "What every spell may touch. Flags add to it.",
      members: {
        net: {
          type: "list",
          of: { type: "text", summary: NET_FORMS },
          guard: "public",
          default: "none",
          summary: `Hosts that \`http\` may reach. ${NET_FORMS} Addresses and \`localhost\` may be private.`,
        },
        env: {
          type: "list",
          of: { type: "text", summary: "A variable's name." },
          guard: "user",
          default: "none",
          summary: "Environment variables that `env` shows to spells.",
        },
        commands: {
          type: "list",
          of: { type: "text", summary: "A program's name, without a path." },
          guard: "user",
          default: "none",
          summary: "Programs that the tool `command_run` may start. They may do whatever the user may.",
        },
        fs: {
          type: "choice",
          choices: ["none", "read", "write"],
          default: "write",
          summary: "What spells may do in the workspace: nothing, read, or read and write.",
        },
        state: {
          type: "choice",
          choices: ["none", "spell", "shared"],
          guard: "user",
          default: "spell",
          summary:
            "State in the state folder: none, the spell's own, or also what spells share (scopes `user` and `global`).",
        },
      },
    },
    limits: {
      type: "group",
      summary: "Limits of every run. A manifest and flags go over them.",
      members: {
        memory: { type: "size", least: 4 * 1024 * 1024, default: "64MB", summary: "Most memory of a spell's VM." },
        cpu: { type: "duration", least: 1, default: "30s", summary: "Longest time of computing." },
        timeout: {
          type: "duration",
          default: "none",
          summary: "Longest time from start to end, waiting included. 0 is no limit.",
        },
        host_calls: { type: "number", whole: true, least: 0, default: "10000", summary: "Most calls to the host." },
        concurrent_calls: {
          type: "number",
          whole: true,
          least: 1,
          default: "10000",
          summary: "Most calls to the host that wait at once.",
        },
        output_bytes: { type: "size", default: "10MB", summary: "Most output." },
        host_bytes: {
          type: "size",
          default: "32MB",
          summary: "Most memory that the host holds for a run: journal, state, caches, channels.",
        },
        value_bytes: { type: "size", least: 1024, default: "10MB", summary: "Largest value that crosses." },
        state_bytes: { type: "size", default: "64MB", summary: "Largest stored state, versions included." },
      },
    },
    budget: {
      type: "group",
      summary: "What one run may spend on models.",
      members: {
        cost: { type: "number", least: 0, guard: "lower", default: "none", summary: "US dollars." },
        tokens: {
          type: "number",
          whole: true,
          least: 0,
          guard: "lower",
          default: "none",
          summary: "Tokens, in and out.",
        },
      },
    },
    engines: {
      type: "group",
      summary: "The script engines.",
      members: {
        lua: engine("Lua", {}),
        javascript: engine("JavaScript and TypeScript", {}),
        tengo: engine("Tengo", {}),
      },
    },
    bridges: {
      type: "group",
      summary: "What scripts see of the world.",
      members: {
        llm: {
          type: "group",
          summary: "The global `llm`.",
          members: {
            default_provider: {
              type: "text",
              default: "the first provider that is set up",
              summary: "Provider of calls that name none.",
            },
            default_model: {
              type: "text",
              default: "by provider",
              summary: "The same as `models.default`; with `default_provider` a model of it.",
            },
            timeout: {
              type: "duration",
              least: 1,
              default: "5m",
              summary: "Longest time of one model call, retries included. A call's own `timeout_ms` goes over it.",
            },
          },
        },
        tools: {
          type: "group",
          summary: "The global `tools`.",
          members: {
            discovery_paths: {
              type: "list",
              of: { type: "path", summary: "A folder." },
              unused: "tools are not yet discovered in folders",
              default: "none",
              summary: "Folders in which tools will be discovered.",
            },
          },
        },
        stdlib: {
          type: "group",
          summary: "The helpers.",
          members: {
            allowed_packages: {
              type: "list",
              of: { type: "choice", choices: ["io", ...HELPER_BRIDGES], summary: "A helper." },
              default: "all",
              summary:
                "Helpers that spells may use; a call to another one is `permission.denied`. `io` means `fs`. What a helper does may need a permission besides.",
            },
            filesystem: {
              type: "group",
              summary: "The helper `fs`.",
              members: {
                jail: {
                  type: "path",
                  guard: "inside",
                  default: "`workspace`",
                  summary: "The same as `workspace`, which goes over it.",
                },
                max_file_size: {
                  type: "size",
                  default: "10MB",
                  summary: "Largest file that a spell reads or writes.",
                },
              },
            },
            http: {
              type: "group",
              summary: "The helper `http`.",
              members: {
                allowed_domains: {
                  type: "list",
                  of: { type: "text", summary: NET_FORMS },
                  guard: "public",
                  default: "none",
                  summary: "The same as `permissions.net`; where both are given, both count.",
                },
                timeout: {
                  type: "duration",
                  least: 1,
                  default: "60s",
                  summary: "Longest time of one request. A call's own `timeout_ms` goes over it.",
                },
              },
            },
          },
        },
      },
    },
    spells: {
      type: "group",
      summary: "Where spells are found by name.",
      members: {
        directories: {
          type: "list",
          of: { type: "path", summary: "A folder." },
          default: "none",
          summary: "Folders with spells.",
        },
        auto_discover: {
          type: "flag",
          default: "true",
          summary: "Whether spells are looked for in `spells.directories`.",
        },
      },
    },
    modules: {
      type: "group",
      summary: "Where `require` and `import` look besides the spell's own folder.",
      members: {
        paths: {
          type: "list",
          of: { type: "path", summary: "A folder." },
          default: "none",
          summary: "Folders with modules.",
        },
      },
    },
    journal: {
      type: "group",
      summary: "The record of runs.",
      members: {
        enabled: { type: "flag", default: "true", summary: "Whether runs of the command line are recorded." },
        file: {
          type: "path",
          guard: "inside",
          default: "`runs.db` in the state folder",
          summary: "The journal's database.",
        },
        keep_days: {
          type: "number",
          whole: true,
          least: 0,
          default: "30",
          summary: "Older runs are forgotten. 0 keeps all.",
        },
        keep_runs: {
          type: "number",
          whole: true,
          least: 0,
          default: "10000",
          summary: "Only so many of the latest runs are kept. 0 keeps all.",
        },
      },
    },
    telemetry: {
      type: "group",
      summary: "What an OpenTelemetry collector gets of each run: a trace, and what was measured.",
      members: {
        endpoint: {
          type: "text",
          form: "url",
          guard: "user",
          default: "the variable `OTEL_EXPORTER_OTLP_ENDPOINT`, else nothing is sent",
          summary: "Address of a collector that takes OTLP over HTTP as JSON, e.g. `http://localhost:4318`.",
        },
        headers: {
          type: "map",
          key: "NAME",
          summary: "Headers of every request to the collector. Also the variable `OTEL_EXPORTER_OTLP_HEADERS`.",
          of: { type: "text", secret: true, guard: "user", summary: "Text of the header." },
        },
        service_name: {
          type: "text",
          default: "the variable `OTEL_SERVICE_NAME`, else llmspell",
          summary: "What the collector knows the runs by.",
        },
        contents: {
          type: "flag",
          guard: "user",
          default: "false",
          summary: "Send what was said too: prompts, answers, arguments and results of tools.",
        },
      },
    },
    state: {
      type: "group",
      summary: "State that spells keep.",
      members: {
        folder: {
          type: "path",
          guard: "inside",
          default: "the state folder",
          summary: "Folder of `state.db`. State with a path lies in the workspace instead.",
        },
      },
    },
    cache: {
      type: "group",
      summary: "What `cache` keeps for a spell's next runs.",
      members: {
        enabled: { type: "flag", default: "true", summary: "Whether it does; else values live as long as a run." },
        folder: { type: "path", guard: "inside", default: "the cache folder", summary: "Folder of `cache.db`." },
      },
    },
    logging: {
      type: "group",
      summary: "What `log` and `console.error` of a spell become.",
      members: {
        level: {
          type: "choice",
          choices: ["debug", "info", "warn", "error"],
          default: "info",
          summary: "Least level that is shown.",
        },
        output: {
          type: "path",
          words: ["stderr", "stdout"],
          guard: "inside",
          default: "stderr",
          summary: "`stderr`, `stdout`, or a file that is appended to. On `stdout` logs mix with the spell's output.",
        },
        format: {
          type: "choice",
          choices: ["text", "json"],
          default: "text",
          summary: "Lines for people, or one JSON object a line.",
        },
      },
    },
    security: {
      type: "group",
      summary: "What the owner of this machine allows.",
      members: {
        enable_sandboxing: {
          type: "flag",
          refused: { value: false, why: "the sandbox cannot be turned off" },
          default: "true",
          summary: "Always true.",
        },
        trusted_folders: {
          type: "list",
          of: { type: "path", summary: "A folder." },
          guard: "user",
          default: "none",
          summary: "Folders whose project files may do what a user's own file may, those in folders below included.",
        },
        resource_limits: {
          type: "group",
          summary: "Ceilings over `limits`, `engines`, manifests and flags.",
          members: {
            max_memory: {
              type: "size",
              least: 4 * 1024 * 1024,
              guard: "lower",
              default: "none",
              summary: `Most memory of a spell's VM. ${CEILING}`,
            },
            max_cpu_time: {
              type: "duration",
              least: 1,
              guard: "lower",
              default: "none",
              summary: `Longest time of computing. ${CEILING}`,
            },
            max_goroutines: {
              type: "number",
              whole: true,
              least: 1,
              guard: "lower",
              default: "none",
              summary: `Most calls to the host that wait at once. ${CEILING}`,
            },
          },
        },
      },
    },
  },
} as const satisfies Setting;

export type Settings = typeof SETTINGS;

/** Keys that files have besides the settings. */
export const FILE_KEYS = {
  extends: "A file, or a list of files, whose settings this one goes over; relative to this file.",
  profiles:
    "Settings by profile name, over the others when the profile is chosen with `--profile` or `LLMSPELL_PROFILE`.",
  $schema: "The JSON Schema of this file, for editors. Not read.",
} as const;

/** Short variables for settings that have a long one too, which goes over them. */
export const SHORT_VARIABLES: Readonly<Record<string, string>> = {
  LLMSPELL_MODEL: "models.default",
  LLMSPELL_REQUIRE_MODEL: "models.require",
};

/** Variables that are no settings. */
export const OTHER_VARIABLES: Readonly<Record<string, string>> = {
  LLMSPELL_CONFIG: "A configuration file instead of the project's, as `--config`.",
  LLMSPELL_PROFILE: "The profile, as `--profile`.",
  LLMSPELL_DEBUG: "Shows the stack of an error.",
};
