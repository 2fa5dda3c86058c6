// Holds every Terraform file below a folder against `hclwrite.Format`, which `terraform fmt` formats with.
// One line a file, and 1 at the first that would be formatted otherwise.
// Usage: node format_judge.mjs JUDGES FOLDER, where JUDGES/node_modules holds @cdktf/hcl-tools.
import { createRequire } from "node:module";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const [judges, folder] = process.argv.slice(2);
if (!judges || !folder) {
  console.error("usage: format_judge.mjs JUDGES FOLDER");
  process.exit(2);
}
const { format } = createRequire(join(resolve(judges), "judge.cjs"))("@cdktf/hcl-tools");
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".tf"))
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  .sort();
if (files.length === 0) {
  console.error(`${folder} holds no Terraform`);
  process.exit(2);
}
for (const file of files) {
  const text = readFileSync(file, "utf8");
  const formatted = await format(text);
  if (formatted !== text) {
    const [own, better] = [text.split("\n"), formatted.split("\n")];
    const line = own.findIndex((written, index) => written !== better[index]);
    console.log(`${file}:${line + 1}: written as ${JSON.stringify(own[line])}, formatted as ${JSON.stringify(better[line])}`);
    process.exit(1);
  }
  console.log(`${file}: ok`);
}
// the formatter is a running program of its own, which would keep this one alive
process.exit(0);
