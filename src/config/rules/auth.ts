/** Auth groups: users are complete, and groups that are used can be used. */
import type { Report } from "../config-error.ts";
import type { Draft } from "../draft.ts";

export function checkAuth(draft: Draft, report: Report): void {
  for (const group of draft.authGroups) {
    if (group.chap.length === 0)
      report.warn(group.place, `${group.title} has no user: nobody can prove anything with it; add [[auth_group.chap]]`);
    for (const chap of group.chap) {
      const user = chap.given("mutual_user");
      const secret = chap.given("mutual_secret") || chap.given("mutual_secret_file");
      if (user && !secret)
        report.error(chap.at("mutual_user"), `${chap.title} has mutual_user and no mutual_secret_file: give both or none`);
      if (!user && secret) {
        const key = chap.given("mutual_secret") ? "mutual_secret" : "mutual_secret_file";
        report.error(chap.at(key), `${chap.title} has ${key} and no mutual_user: give both or none`);
      }
    }
  }
}

/** True when the user can prove the target to the initiator as well. */
export function hasMutual(chap: Draft["authGroups"][number]["chap"][number]): boolean {
  return chap.given("mutual_user") && (chap.given("mutual_secret") || chap.given("mutual_secret_file"));
}
