/** A version of a registered model; registries count versions in text. */
export type RegisteredVersion = { readonly name: string; readonly version: string };

/** A version with the tags that a registry keeps beside it, and whether all of it has arrived there. */
export type TaggedVersion = RegisteredVersion & {
  readonly tags: Readonly<Record<string, string>>;
  readonly isReady: boolean;
};

/** The promise about a registry of models: versions with tags, and a name that points at one version of each model. */
export type Registry = {
  /** Every version of a registered model, newest first; none where there is no such model. */
  versions(name: string): Promise<TaggedVersion[]>;
  /** Where the alias of a registered model points; undefined where it points nowhere. */
  aliased(name: string, alias: string): Promise<TaggedVersion | undefined>;
  setAlias(version: RegisteredVersion, alias: string): Promise<void>;
  removeAlias(name: string, alias: string): Promise<void>;
  setTags(version: RegisteredVersion, tags: Readonly<Record<string, string>>): Promise<void>;
};
