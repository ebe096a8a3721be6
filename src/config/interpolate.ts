type Environment = Readonly<Record<string, string | undefined>>;

export interface Interpolated {
  text: string;
  /** Variables whose values are in the text. */
  variables: readonly string[];
}

const REFERENCE = /\$\$\{|\$\{([^{}]*)\}/g;
const NAME = /^[A-Za-z_]\w*$/;

/**
 * Puts variables into a text: `${NAME}`, or `${NAME:-text}` for a variable that may be unset or empty. `$${` stands for
 * `${`. Answers what is wrong as a sentence instead.
 */
export function interpolate(text: string, env: Environment): Interpolated | { problem: string } {
  const variables: string[] = [];
  let problem: string | undefined;
  const result = text.replaceAll(REFERENCE, (whole, inner: string | undefined) => {
    if (inner === undefined) return "${";
    const at = inner.indexOf(":-");
    const name = at < 0 ? inner : inner.slice(0, at);
    if (!NAME.test(name)) {
      problem ??= `"${whole}" names no variable`;
      return whole;
    }
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (at >= 0 ? value : value !== undefined) {
      variables.push(name);
      return value as string;
    }
    if (at >= 0) return inner.slice(at + 2);
    problem ??= `the variable ${name} is not set`;
    return whole;
  });
  return problem === undefined ? { text: result, variables } : { problem };
}
