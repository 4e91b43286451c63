/**
 * What an initiator port sees may change while it is logged in: units come and go, and one may become read-only for it. The nexus is told by
 * unit attentions; what it can't reach any more is ended as the loss of the nexus there would end it (SAM-5 6.3.4, SPC-4 5.14).
 */
import type { DeviceServer } from "./device-server.ts";
import { drainExecuting } from "./drain.ts";
import { LunNexus, type LunView, type Nexus } from "./nexus.ts";
import { ATTENTION } from "./unit-attention.ts";

export type ViewChange = "none" | "changed";

/**
 * Makes the nexus see `views` and nothing else. Resolves when nothing is in flight that the new view would not have admitted: from then on a unit
 * that went can be closed.
 */
export async function changeView(device: DeviceServer, nexus: Nexus, views: readonly LunView[]): Promise<ViewChange> {
  const wanted = new Map(views.map((view) => [view.lun, view]));
  const gone = [...nexus.luns.values()].filter(({ lun, lu }) => wanted.get(lun)?.lu !== lu);
  const come = views.filter(({ lun, lu }) => nexus.luns.get(lun)?.lu !== lu);
  const protectedNow: LunNexus[] = [];
  let changed = gone.length + come.length > 0;
  for (const lunNexus of nexus.luns.values()) {
    const view = wanted.get(lunNexus.lun);
    if (view === undefined || view.lu !== lunNexus.lu || view.readOnly === lunNexus.readOnly) continue;
    lunNexus.readOnly = view.readOnly;
    changed = true;
    if (view.readOnly) protectedNow.push(lunNexus);
    // WP of the mode parameter header tells hosts which it is.
    lunNexus.attentions.establish(ATTENTION.modeParametersChanged);
  }
  // From here on new commands don't find what went: 25h/00h.
  for (const { lun } of gone) nexus.luns.delete(lun);
  for (const lunNexus of nexus.luns.values()) {
    if (gone.length + come.length > 0) lunNexus.attentions.establish(ATTENTION.reportedLunsChanged);
  }
  for (const view of come) {
    const lunNexus = new LunNexus(nexus, view);
    nexus.luns.set(view.lun, lunNexus);
    view.lu.join(lunNexus);
  }
  await Promise.all([
    ...gone.map(async (lunNexus) => {
      await device.abort(lunNexus.lu.tasks.matching(nexus).filter((task) => task.lunNexus === lunNexus));
      lunNexus.lu.leave(lunNexus);
    }),
    ...protectedNow.map((lunNexus) =>
      drainExecuting(lunNexus.lu, (task) => task.lunNexus === lunNexus && task.command?.writesMedium === true),
    ),
  ]);
  return changed ? "changed" : "none";
}
