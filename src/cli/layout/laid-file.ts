/** What became of a file that was to be laid out. */
export interface LaidFile {
  /** Relative to the folder. */
  path: string;
  /** `kept`: it is the user's; `advice` says what to add. `removed`: of a spell that is gone. `stale`: would be written or removed, were this not a check. */
  outcome: "written" | "updated" | "unchanged" | "kept" | "removed" | "stale";
  advice?: string;
}
