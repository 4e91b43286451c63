/** The addon itself, without the layer above it. */
import { createRequire } from "node:module";
import type * as Native from "../../native/index.d.ts";

export const native = createRequire(import.meta.url)("../../native/build/Release/lunette.node") as typeof Native;
