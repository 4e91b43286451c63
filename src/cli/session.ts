/** `lunette session …`: who is logged in, and a way to end it. */
import type { SessionStatus } from "../control/service.ts";
import { ControlFailure } from "./control-client.ts";
import { controlVerb, UsageFault } from "./control-verb.ts";
import { sessionsCommand } from "./sessions.ts";
import { harmlessLines } from "./table.ts";
import { verbGroup } from "./verb.ts";

const kick = controlVerb({
  name: "session kick",
  parameters: "<session>",
  describe: "Ask an initiator to log out, then close its session",
  builder: (parser) =>
    parser
      .positional("session", {
        type: "string",
        demandOption: true,
        describe: "its TSIH (lunette sessions), or the name of an initiator: all of its sessions",
      })
      .option("reason", { type: "string", requiresArg: true, describe: "for the event log and the audit log" })
      .example("$0 session kick 7", "one session; most hosts log in again at once")
      .example("$0 session kick iqn.1998-01.com.vmware:esx-a --reason maintenance", "all sessions of one host"),
  ask: async (client, argv, terminal) => {
    const what = String(argv["session"]);
    const { reason } = argv;
    if (Array.isArray(reason)) throw new UsageFault("--reason is given twice");
    const body = reason === undefined ? {} : { reason: String(reason) };
    const { sessions } = await client.get<{ readonly sessions: readonly SessionStatus[] }>("/v1/sessions");
    const found = sessions.filter(({ tsih, initiator }) =>
      /^\d+$/.test(what) ? String(tsih) === what : initiator.toLowerCase() === what.toLowerCase(),
    );
    if (found.length === 0) throw new ControlFailure(`there is no session ${what}: "lunette sessions" lists them`);
    const answers: unknown[] = [];
    let failed: ControlFailure | undefined;
    for (const { tsih, initiator, target } of found) {
      try {
        answers.push(await client.post<unknown>(`/v1/sessions/${tsih}/kick`, body));
      } catch (error) {
        // It may have ended by itself; the others are asked all the same.
        if (!(error instanceof ControlFailure)) throw error;
        failed ??= error;
        continue;
      }
      if (argv["json"] !== true)
        terminal.out(harmlessLines(`session ${tsih} of ${initiator} to ${target}: asked to log out, then closed`));
    }
    if (argv["json"] === true) terminal.out(JSON.stringify(answers, undefined, 2));
    if (failed !== undefined) throw failed;
    return 0;
  },
});

export const sessionCommand = verbGroup("session", "List the sessions of initiators, and end one", [
  { ...sessionsCommand, name: "list", command: "list" },
  kick,
]);
