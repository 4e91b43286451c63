/** Before the end-to-end ring: they test dist/ and the addon, which must be those of the tree. */
import { ensureBuilt, ensureInstalled } from "../../config/set-up.mjs";

export default function setup() {
  ensureInstalled();
  ensureBuilt();
}
