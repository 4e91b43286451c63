/** The changeable mode parameters of a logical unit (SPC-4 7.5, SBC-3 6.5). */
export interface ModeState {
  /** Caching page WCE. */
  readonly writeCacheEnabled: boolean;
  /** Control page D_SENSE: descriptor sense format. */
  readonly descriptorSense: boolean;
  /** Control page SWP: software write protect. */
  readonly softwareWriteProtect: boolean;
  /** Read-Write Error Recovery page LBPERE: thresholds of logical block provisioning are reported. */
  readonly thresholdsReported: boolean;
  /** Logical Block Provisioning page: who hears of a threshold (SITUA), and for each resource ENABLED and THRESHOLD COUNT. */
  readonly thresholdToOneInitiator: boolean;
  readonly availableThresholdEnabled: boolean;
  readonly usedThresholdEnabled: boolean;
  /** Threshold sets; undefined: what the configuration makes of the unit's size. */
  readonly availableThreshold: number | undefined;
  readonly usedThreshold: number | undefined;
}

/** Parameters by what they hold. */
export type ModeFlag = {
  [Name in keyof ModeState]: ModeState[Name] extends boolean ? Name : never;
}[keyof ModeState];
export type ModeNumber = Exclude<keyof ModeState, ModeFlag>;

export const DEFAULT_MODES: ModeState = Object.freeze({
  writeCacheEnabled: true,
  descriptorSense: false,
  softwareWriteProtect: false,
  thresholdsReported: true,
  thresholdToOneInitiator: false,
  availableThresholdEnabled: true,
  usedThresholdEnabled: false,
  availableThreshold: undefined,
  usedThreshold: undefined,
});
