// Prints one plain line from vitest's JSON report. A file that failed before its tests ran counts as one failure.
const { readFileSync } = require("node:fs");

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
const unrun = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
const failed = report.numFailedTests + unrun;
const skipped = report.numPendingTests + report.numTodoTests;
if (!report.success && failed === 0) console.log("The run failed outside of its tests: see above.");
console.log(`${report.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = report.success ? 0 : 1;
