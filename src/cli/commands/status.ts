/** `stockbridge status`: connections, what is out of step, proofs and the last failure. */
import { status as readStatus, type HubStatus } from "../../engine/status.ts";
import { EXIT, type HubCommand } from "../command.ts";
import { age, columns } from "../table.ts";

export const status: HubCommand = async ({ hub }, _args, emit) => {
  const found = await readStatus(hub);
  for (const text of lines(found)) emit({ kind: "line", text });
  emit({ kind: "result", json: found });
  return EXIT.ok;
};

function lines({ connections, work, proofs, lastFailure }: HubStatus): string[] {
  const states = connections.map(({ connection, kind, state, sentence, lastSuccess }) => [
    connection,
    kind,
    state,
    sentence === "" ? (lastSuccess === null ? "not asked yet" : `last answer ${lastSuccess}`) : sentence,
  ]);
  const lanes = work.map((lane) => [
    lane.flow,
    lane.connection,
    ...[lane.due, lane.later, lane.running, lane.parked].map(String),
    lane.oldestDueAgeMs === null ? "" : `oldest due ${age(lane.oldestDueAgeMs)}`,
  ]);
  return [
    ...columns([["connection", "kind", "state", ""], ...states]),
    "",
    ...(lanes.length === 0
      ? ["Nothing is out of step."]
      : columns([["flow", "shop", "due", "later", "running", "parked", ""], ...lanes])),
    "",
    `Proofs: ${proofs.equal} equal, ${proofs.different} different`,
    ...(lastFailure === null
      ? []
      : [
          "",
          `Last failure: ${lastFailure.at} ${lastFailure.key}`,
          `  ${lastFailure.sentence}`,
          `  ${lastFailure.fix}`,
        ]),
  ];
}
