// Commands of SPC and SBC that Lunette claims, each with the conditions under which the standards define its outcome.

import type { Condition } from "./rule.ts";
import { BLOCK_CONDITIONS } from "./scsi-block.ts";
import { LIST_CONDITIONS } from "./scsi-lists.ts";
import { PRIMARY_CONDITIONS } from "./scsi-primary.ts";
import { SHARING_CONDITIONS } from "./scsi-shared.ts";

export const CONDITIONS: readonly Condition[] = [
  ...BLOCK_CONDITIONS,
  ...PRIMARY_CONDITIONS,
  ...SHARING_CONDITIONS,
  ...LIST_CONDITIONS,
];
