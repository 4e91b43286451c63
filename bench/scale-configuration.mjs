/**
 * A configuration of many targets, each with a LUN, a volume and an igroup of its own: what a platform that gives each of its
 * machines a disk ends up with. One more igroup, "backup", may log in to all of them. Shared by scale.mjs and the test of the same size.
 */

/** The initiator that may log in everywhere, and so is told every target. */
export const BACKUP_HOST = "iqn.2026-11.com.example:backup";
export const BASE_IQN = "iqn.2026-11.com.example.e2e";

export const targetName = (number) => `vm${String(number).padStart(5, "0")}`;
export const hostName = (number) => `iqn.2026-11.com.example.hosts:${targetName(number)}`;

/** Everything but [node] and [metrics]. `size` of volume 0 is what a change of one thing changes. */
export function manyTargets({ folder, port, targets, size = "1 MiB" }) {
  const parts = [
    `[[portal_group]]\ntag = 1\nname = "front"\nportals = ["127.0.0.1:${port}"]\n`,
    `[[igroup]]\nname = "backup"\ninitiators = ["${BACKUP_HOST}"]\n`,
  ];
  for (let number = 0; number < targets; number++) {
    const name = targetName(number);
    parts.push(`[[igroup]]
name = "${name}"
initiators = ["${hostName(number)}"]
[[volume]]
name = "${name}"
path = "${folder}/${name}.img"
size = "${number === 0 ? size : "1 MiB"}"
create = "thin"
[[target]]
name = "${name}"
[[target.access]]
igroup = "${name}"
auth = "none"
[[target.access]]
igroup = "backup"
auth = "none"
[[target.lun]]
lun = 0
volume = "${name}"
`);
  }
  return parts.join("\n");
}
