// A listener in Chromium: hears everything, answers by keys alone, and saves the answers. Run by pages.py:
//   node listen.mjs PAGE CHROMIUM FOLDER '{"<clip>": quality, ...}' [look]
// The listener rates a clip by its quality, 1 to 5, and a pair by the difference. Screenshots and the
// saved file come into FOLDER; with `look` axe looks at every screen, wide and light, narrow and dark.
// Ends with 1, and says why, if the page does what it must not.
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(resolve("package.json"));
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const [page, executablePath, folder, qualities, looks] = process.argv.slice(2);
const quality = JSON.parse(qualities);
const KEYS = { mos: (clips) => quality[clips[0]], cmos: ([a, b]) => Math.max(-3, Math.min(3, quality[b] - quality[a])) + 4 };
mkdirSync(folder, { recursive: true });

const faults = [];
const check = (holds, words) => holds || faults.push(words);
const browser = await puppeteer.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--mute-audio",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const tab = await browser.newPage();
await tab.setViewport({ width: 1280, height: 900 });
const session = await browser.target().createCDPSession();
await session.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: resolve(folder) });
tab.on("pageerror", (error) => faults.push(`an error in the page: ${error.message}`));
tab.on("request", (request) => check(/^(file|blob):/.test(request.url()), `the page asks for ${request.url()}`));
tab.on("dialog", (dialog) => dialog.accept());

const visible = () => tab.evaluate(() => document.querySelector("main > section:not([hidden])").id);
const focused = () => tab.evaluate(() => document.activeElement.textContent.trim());
const shoot = (name) => tab.screenshot({ path: join(folder, `${name}.png`), fullPage: true });

async function look(name) {
  if (!looks) return;
  for (const [width, scheme] of [[1280, "light"], [390, "dark"]]) {
    await tab.setViewport({ width, height: 900 });
    await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await tab.evaluate(axe);
    const found = await tab.evaluate(async () => (await axe.run()).violations.map((each) => `${each.help}: ${each.nodes[0].target}`));
    found.forEach((words) => faults.push(`${name}, ${width} px, ${scheme}: ${words}`));
    check(await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name}: wider than ${width} px`);
    await shoot(`${name}-${width}-${scheme}`);
  }
  await tab.setViewport({ width: 1280, height: 900 });
  await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);
}

async function play(key) {
  const before = await tab.evaluate(() => players.map((each) => each.plays));
  await tab.keyboard.press(key);
  await tab.waitForFunction((plays) => players.some((each, place) => each.plays > plays[place]), { timeout: 60000 }, before);
}

async function answer() {
  const [place, step] = await tab.evaluate(() => [state.step, steps[state.step]]);
  check(await tab.evaluate(() => $("scale").disabled && $("give").disabled), "an answer is possible before anything was heard");
  await tab.keyboard.press("3");
  check(!(await tab.evaluate(() => document.querySelector("[name=answer]:checked"))), "a key answers before anything was heard");
  for (const key of step.part === "mos" ? "p" : "ab") {
    check(await tab.evaluate(() => $("scale").disabled), "an answer is possible before all was heard");
    await play(key);
  }
  await tab.waitForFunction(() => !$("scale").disabled);
  await tab.keyboard.press(String(KEYS[step.part](step.clips)));
  await tab.keyboard.press("Enter");
  await tab.waitForFunction((before) => state.step === before + 1, { timeout: 5000 }, place);
}

// Seeking does not count as listening.
async function cannotSkip() {
  await tab.evaluate(async () => {
    const { audio } = players[0];
    const once = (event) => new Promise((done) => { audio.addEventListener(event, done, { once: true }); });
    if (audio.readyState < 1) await once("loadedmetadata");
    const sought = once("seeked");
    audio.currentTime = 0.8 * audio.duration;
    await sought;
    const ended = once("ended");
    await audio.play();
    await ended;
  });
  check(await tab.evaluate(() => $("scale").disabled && players[0].plays === 0), "the end alone counts as heard");
}

await tab.goto(pathToFileURL(resolve(page)).href);
check((await visible()) === "welcome", "the page does not begin with its welcome");
await look("welcome");
await play("p");
await tab.keyboard.press("Enter");
check((await visible()) === "part-mos", "Enter does not begin");
await look("part-mos");
await tab.keyboard.press("Enter");
check((await focused()) === "Practice: Clip 1 of 2", `the focus is on: ${await focused()}`);
await cannotSkip();
await look("question");

const total = await tab.evaluate(() => steps.length - 1);
let reloaded = false, seen = {};
while ((await tab.evaluate(() => state.step)) < total) {
  const at = await tab.evaluate(() => ({ step: state.step, part: steps[state.step].part, practice: steps[state.step].practice }));
  if (!at.part) {
    await look(await visible());
    await tab.keyboard.press("Enter");
    continue;
  }
  if (!seen[at.part] && !at.practice) {
    seen[at.part] = true;
    await look(`asked-${at.part}`);
  }
  await answer();
  if (!reloaded && !at.practice) {
    reloaded = true;
    const kept = await tab.evaluate(() => JSON.stringify(state));
    await tab.reload();
    check((await tab.evaluate(() => JSON.stringify(state))) === kept, "a reload loses answers");
    check((await tab.evaluate(() => $("begin").textContent)) === "Go on where you were", "a reload begins again");
    await tab.keyboard.press("Enter");
  }
}
check((await visible()) === "end", "the last answer does not end the test");
await look("end");
await tab.click("#download");
const name = await tab.evaluate(() => $("download").download);
for (let waited = 0; waited < 100 && !readdirSync(folder).includes(name); waited += 1) await new Promise((done) => setTimeout(done, 50));
const saved = readFileSync(join(folder, name), "utf8");
check(saved === (await tab.evaluate(() => $("csv").value)), "the saved file is not the text that the page shows");

await tab.click("#another");
await tab.waitForFunction(() => state.answers.length === 0);
check((await visible()) === "welcome", "another listener is not welcome");
check(!saved.includes(await tab.evaluate(() => state.listener)), "another listener has the same name");

await browser.close();
faults.forEach((words) => console.error(words));
console.log(name);
process.exit(faults.length ? 1 : 0);
