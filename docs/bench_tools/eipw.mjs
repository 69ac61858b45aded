// Judge the documents under a folder, cycled to a count, with the family's own validator; print
// the milliseconds that it took once it had started.
import fs from "node:fs";
import path from "node:path";
import { lint } from "eipw-lint-js";

const [root, count] = [process.argv[2], Number(process.argv[3])];
const rules = JSON.parse(fs.readFileSync(path.join(root, "rules.json"), "utf8"));
const files = fs
  .readdirSync(root, { recursive: true })
  .filter((name) => name.endsWith(".md"))
  .sort()
  .map((name) => path.join(root, name));
await lint([files[0]], rules);
const start = performance.now();
for (let number = 0; number < count; number++) {
  await lint([files[number % files.length]], rules);
}
console.log(performance.now() - start);
