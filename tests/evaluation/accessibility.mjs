// A report in Chromium, on a desk and on a phone, in light and dark, looked at by axe; by hand, not part of the tests:
//   npm install --no-save axe-core puppeteer-core
//   node tests/evaluation/accessibility.mjs results/asterisk/report/index.html /usr/bin/chromium
// Ends with 1 if axe finds anything, or the page is wider than the window.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(resolve("package.json"));
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const [page, executablePath = "/usr/bin/chromium"] = process.argv.slice(2);

const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
let faults = 0;
for (const width of [1280, 390]) {
  for (const value of ["light", "dark"]) {
    const tab = await browser.newPage();
    await tab.setViewport({ width, height: 900 });
    await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
    await tab.goto(pathToFileURL(resolve(page)).href);
    await tab.evaluate(() => document.querySelectorAll("details").forEach((each) => (each.open = true)));
    await tab.evaluate(axe);
    const found = await tab.evaluate(async () => (await axe.run()).violations.map(
      (each) => `${each.impact}: ${each.help} (${each.nodes.length} times, first ${each.nodes[0].target})`));
    const wide = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) found.push(`${wide} px wider than the window`);
    console.log(`${width} px, ${value}: ${found.length ? found.join("; ") : "nothing found"}`);
    faults += found.length;
    await tab.close();
  }
}
await browser.close();
process.exit(faults ? 1 : 0);
