/** The changeable mode parameters of a logical unit (SPC-4 7.5, SBC-3 6.5). */
export interface ModeState {
  /** Caching page WCE. */
  readonly writeCacheEnabled: boolean;
  /** Control page D_SENSE: descriptor sense format. */
  readonly descriptorSense: boolean;
  /** Control page SWP: software write protect. */
  readonly softwareWriteProtect: boolean;
}

export const DEFAULT_MODES: ModeState = Object.freeze({
  writeCacheEnabled: true,
  descriptorSense: false,
  softwareWriteProtect: false,
});
