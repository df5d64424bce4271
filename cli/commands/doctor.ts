/** `af doctor`: is this machine ready, and what to do if not. @module */
import type { Command } from "../command.ts";
import { examine, examineBucket, examineNetwork, type Finding } from "../doctor.ts";
import { jsonOption } from "../options.ts";

interface DoctorOptions {
  readonly network?: boolean;
}

/** The command. */
export const command: Command<DoctorOptions> = {
  name: "doctor",
  configure(parser) {
    jsonOption(parser).option(
      "--network",
      "try the endpoints, too (sends no key), and the bucket (writes one small object)",
    );
  },
  async run({ config, print, signal }, options) {
    const findings = await examine(config);
    if (options.network) findings.push(...await examineNetwork(config, signal), ...await examineBucket(config));
    print.table(
      [
        { title: "", cell: (finding: Finding) => finding.verdict },
        { title: "CHECK", cell: (finding) => finding.what },
        { title: "FOUND", cell: (finding) => finding.text },
      ],
      findings,
    );
    return findings.some((finding) => finding.verdict === "fail") ? 1 : 0;
  },
};
