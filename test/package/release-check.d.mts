/** What a release is judged by. */
export interface Release {
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly lock: { readonly version: string };
  readonly changelog: string;
  readonly files: readonly string[];
  /** The names of the packages in the SBOM. */
  readonly components: readonly string[];
}

/** What is wrong with a release, one text for each fault. */
export function faultsOf(release: Release): string[];
