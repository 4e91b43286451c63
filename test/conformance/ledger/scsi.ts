// Commands of SPC and SBC that Lunette claims, each with the conditions under which the standards define its outcome.

import type { Condition } from "./rule.ts";

export const CONDITIONS: readonly Condition[] = [];
