/** Of the page alone: no script, nothing from outside. */
export const STYLES = `
:root { color-scheme: light dark; --text: #1c2024; --dim: #697177; --line: #e3e6e8; --back: #fff; --soft: #f6f7f8;
  --model: #5b5bd6; --agent: #0d74ce; --tool: #2b9a66; --workflow: #ab6400; --other: #8b8d98; --failed: #ce2c31; }
@media (prefers-color-scheme: dark) { :root { --text: #eceef0; --dim: #9ba1a6; --line: #313538; --back: #151718; --soft: #1e2022;
  --model: #9e9eff; --agent: #70b8ff; --tool: #3dd68c; --workflow: #ffca16; --other: #8b8d98; --failed: #ff9592; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 2rem 1.25rem 4rem; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2.25rem 0 .6rem; }
h4 { margin: .6rem 0 .2rem; font-size: .8rem; color: var(--dim); font-weight: 600; }
pre { margin: .2rem 0; padding: .6rem .75rem; background: var(--soft); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere;
  font: 12.5px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; max-height: 28rem; overflow-y: auto; }
header p { margin: .3rem 0; color: var(--dim); } .failed > summary .name b, .code, .status-failed, .status-crashed { color: var(--failed); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.25rem; margin: 1.25rem 0 0; } dt { color: var(--dim); } dd { margin: 0; min-width: 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .35rem .75rem; white-space: nowrap; border-bottom: 1px solid var(--line); } th { color: var(--dim); font-weight: 500; }
th:first-child, td:first-child { text-align: left; padding-left: 0; white-space: normal; overflow-wrap: anywhere; }
.effect { border-top: 1px solid var(--line); } .inside { padding: 0 0 .4rem 1.1rem; } .inside > .effect:last-child { border-bottom: 0; }
summary { cursor: pointer; } .effect > summary { display: grid; grid-template-columns: minmax(0, 1fr) min(45vw, 30rem) 6rem; gap: .75rem; align-items: center;
  padding: .3rem 0; list-style: none; } .effect > summary::-webkit-details-marker { display: none; } .effect > summary:hover { background: var(--soft); }
.effect > summary .name::before { content: "▸"; display: inline-block; width: 1em; color: var(--dim); }
.effect[open] > summary .name::before { content: "▾"; }
.name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--dim); } .name b { color: var(--text); font-weight: 550; }
.took { text-align: right; color: var(--dim); font-variant-numeric: tabular-nums; white-space: nowrap; }
.track { position: relative; height: .6rem; background: var(--soft); border-radius: 3px; } .track i { position: absolute; inset-block: 0; border-radius: 3px; background: var(--other); }
.model > summary .track i { background: var(--model); } .agent > summary .track i { background: var(--agent); }
.tool > summary .track i { background: var(--tool); } .workflow > summary .track i { background: var(--workflow); }
.failed > summary .track i { background: var(--failed); }
.io, .more, .spent, .media { color: var(--dim); font-size: .85rem; margin: .2rem 0; }
.said { margin: .5rem 0; padding-left: .75rem; border-left: 3px solid var(--line); } .said > b { font-size: .8rem; color: var(--dim); }
.said-user { border-color: var(--agent); } .said-answer, .said-assistant { border-color: var(--model); } .said-tool { border-color: var(--tool); } .said.failed { border-color: var(--failed); }
.call { margin: .3rem 0; } @media (max-width: 40rem) { th, td { padding: .35rem .4rem; }
  .inside { padding-left: .6rem; } .effect > summary { grid-template-columns: minmax(0, 1fr) max-content; row-gap: .2rem; }
  .track { grid-row: 2; grid-column: 1 / -1; justify-self: end; width: calc(100vw - 8rem); } }
@media print { body { max-width: none; } pre { max-height: none; } }
`;
