import path from "node:path";
import ts from "typescript";

/** What a TypeScript compiler says of a folder by its tsconfig: `file code message`. */
export function typeProblems(folder: string): string[] {
  const { config } = ts.readConfigFile(path.join(folder, "tsconfig.json"), (file) => ts.sys.readFile(file)) as {
    config: unknown;
  };
  const { options, fileNames, errors } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  const program = ts.createProgram(fileNames, options);
  return [...errors, ...ts.getPreEmitDiagnostics(program)].map(
    ({ file: at, code, messageText }) =>
      `${at ? path.relative(folder, at.fileName) : ""} ${code} ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
  );
}
