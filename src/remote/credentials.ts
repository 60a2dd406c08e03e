/** Variables of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A secret that the environment lacks, or that cannot be one; says which and the cure, never a value. */
export class MissingSecret extends Error {}

/** How MLflow's own programs are let in. */
const OF_MLFLOW = 'MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD';

/** The header that lets somebody in, where one is needed, and what to set so that it does. */
export type Credentials = { readonly authorization: string | undefined; readonly cure: string };

/**
 * Who the bot is at a server of MLflow's: by the token in the variable that the settings name; otherwise, in Unity Catalog,
 * by Databricks' own variable, and everywhere by MLflow's.
 *
 * @throws MissingSecret
 */
export function mlflowCredentials(
  { tokenFrom, isUnityCatalog = false }: { tokenFrom?: string | undefined; isUnityCatalog?: boolean },
  environment: Environment,
): Credentials {
  const own = isUnityCatalog && environment.DATABRICKS_TOKEN !== undefined ? 'DATABRICKS_TOKEN' : undefined;
  const named = tokenFrom ?? own;
  if (named !== undefined) return { authorization: bearer(named, environment), cure: named };
  const { MLFLOW_TRACKING_TOKEN, MLFLOW_TRACKING_USERNAME: user, MLFLOW_TRACKING_PASSWORD: password } = environment;
  const cure = isUnityCatalog ? `DATABRICKS_TOKEN, ${OF_MLFLOW}` : OF_MLFLOW;
  if (MLFLOW_TRACKING_TOKEN !== undefined) return { authorization: bearer('MLFLOW_TRACKING_TOKEN', environment), cure };
  const basic = user === undefined ? undefined : `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}`;
  return { authorization: basic, cure };
}

/**
 * The header for whoever has the token that a variable holds. One that no header can carry would be repeated in the error of
 * whoever tries to send it, so it is refused here.
 *
 * @throws MissingSecret
 */
export function bearer(variable: string, environment: Environment): string {
  const token = environment[variable]?.trim() ?? '';
  if (token === '') throw new MissingSecret(`${variable} is not set: set it to the token that the settings ask for`);
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new MissingSecret(`${variable} is not a token: it has spaces, line breaks or letters that no token has`);
  return `Bearer ${token}`;
}
