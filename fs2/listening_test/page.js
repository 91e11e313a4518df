"use strict";
// The test as data: {test, sessions: [{ratings, comparisons}], training, texts}. Every step is a
// screen; what was answered and which step is next lie in localStorage after each answer.

const TEST = JSON.parse(document.getElementById("test").textContent);
const STORE = `listening test ${TEST.test}`;
const COLUMNS = ["test", "listener", "session", "part", "position", "first", "second", "answer", "plays", "seconds"];
const SCALES = {
  mos: [[1, "Bad"], [2, "Poor"], [3, "Fair"], [4, "Good"], [5, "Excellent"]],
  cmos: [
    [-3, "A is much better"], [-2, "A is better"], [-1, "A is slightly better"], [0, "About the same"],
    [1, "B is slightly better"], [2, "B is better"], [3, "B is much better"],
  ],
};
const ASKED = { mos: "How natural is this speech?", cmos: "Which of the two sounds better?" };
const $ = (id) => document.getElementById(id);

let state = recall() || begin();
let steps = stepsOf(TEST.sessions[state.session]);
let players = [];
let shownAt = 0;

function begin() {
  const asked = Number(new URLSearchParams(location.search).get("session"));
  const chosen = Number.isInteger(asked) && asked >= 1 && asked <= TEST.sessions.length;
  const session = chosen ? asked - 1 : random(TEST.sessions.length);
  const letters = "23456789abcdefghjkmnpqrstvwxyz";
  const listener = Array.from({ length: 10 }, () => letters[random(letters.length)]).join("");
  return { listener, session, step: 0, answers: [] };
}

function random(below) {
  return Math.floor((crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32) * below);
}

function recall() {
  try {
    const found = JSON.parse(localStorage.getItem(STORE));
    const whole = found && TEST.sessions[found.session] && Array.isArray(found.answers) && found.step >= 0;
    return whole ? found : null;
  } catch {
    return null;
  }
}

function keep() {
  try {
    localStorage.setItem(STORE, JSON.stringify(state));
  } catch {
    $("no-storage").hidden = false;
  }
}

function stepsOf(session) {
  const part = (name, ratings, practice) =>
    ratings.map((clips, place) => ({ part: name, clips: [].concat(clips), place, of: ratings.length, practice }));
  const found = [{ screen: "part-mos" }, ...part("mos", TEST.training.ratings, true), ...part("mos", session.ratings, false)];
  if (session.comparisons.length) {
    found.push({ screen: "part-cmos" }, ...part("cmos", TEST.training.comparisons, true), ...part("cmos", session.comparisons, false));
  }
  return [...found, { screen: "end" }];
}

function show(screen) {
  players.forEach((player) => player.audio.pause());
  for (const section of document.querySelectorAll("main > section")) section.hidden = section.id !== screen;
  $("progress").hidden = screen === "welcome";
  const total = steps.filter((step) => step.clips && !step.practice).length;
  $("done").max = total;
  $("done").value = state.answers.length;
  $("count").textContent = `${state.answers.length} of ${total} answers`;
  scrollTo(0, 0);
  $(screen).querySelector("h1").focus();
}

function showStep() {
  const step = steps[state.step];
  if (step.screen === "end") showEnd();
  else if (step.screen) show(step.screen);
  else ask(step);
}

function ask(step) {
  const pair = step.part === "cmos";
  const what = pair ? "Pair" : "Clip";
  $("which").textContent = `${step.practice ? "Practice: " : ""}${what} ${step.place + 1} of ${step.of}`;
  $("text").hidden = !TEST.texts;
  $("text").textContent = TEST.texts ? TEST.texts[step.clips[0]] : "";
  $("broken").hidden = true;
  $("asked").textContent = ASKED[step.part];
  $("choices").replaceChildren(...SCALES[step.part].map(([value, words], place) => choice(value, words, place + 1)));
  $("scale").disabled = true;
  $("give").disabled = true;
  $("state").textContent = pair ? "Listen to both sounds to their ends, then answer." : "Listen to the end, then answer.";
  show("question");
  players = step.clips.map((clip, place) => makePlayer(clip, pair ? "AB"[place] : "", heard));
  $("sounds").replaceChildren(...players.map((player) => player.element));
  shownAt = performance.now();
}

function choice(value, words, key) {
  const label = $("choice").content.firstElementChild.cloneNode(true);
  label.querySelector("input").value = value;
  label.querySelector(".words").textContent = words;
  label.querySelector("kbd").textContent = key;
  label.querySelector("kbd").hidden = !$("keys").checked;
  return label;
}

function makePlayer(clip, letter, onHeard) {
  const element = document.createElement("div");
  element.className = "sound";
  element.append($("player").content.cloneNode(true));
  const [button, bar, mark] = element.children;
  const audio = new Audio(`clips/${clip}.wav`);
  audio.preload = "auto";
  const player = { audio, element, letter, plays: 0 };
  const name = letter ? ` ${letter}` : "";
  const label = () => { button.textContent = (audio.paused ? "Play" : "Pause") + name; };
  bar.setAttribute("aria-label", `Position in the sound${name}`);
  for (const event of ["play", "pause", "ended"]) audio.addEventListener(event, label);
  audio.addEventListener("timeupdate", () => { bar.value = audio.duration ? audio.currentTime / audio.duration : 0; });
  audio.addEventListener("ended", () => {
    if (!wasHeard(audio)) return;
    player.plays += 1;
    mark.hidden = false;
    onHeard();
  });
  audio.addEventListener("error", () => { $("broken").hidden = false; });
  player.toggle = () => {
    if (!audio.paused) return audio.pause();
    players.forEach((other) => other.audio.pause());
    return audio.play().catch(() => {});
  };
  button.addEventListener("click", player.toggle);
  label();
  return player;
}

function wasHeard({ played, duration }) {
  let seconds = 0;
  for (let range = 0; range < played.length; range += 1) seconds += played.end(range) - played.start(range);
  return seconds > duration - 0.2;
}

function heard() {
  if (!players.every((player) => player.plays) || !$("scale").disabled) return;
  $("scale").disabled = false;
  $("state").textContent = "You can answer now.";
}

function give() {
  const step = steps[state.step];
  const chosen = document.querySelector("[name=answer]:checked");
  if (!chosen || $("scale").disabled) return;
  if (!step.practice) {
    const plays = players.reduce((sum, player) => sum + player.plays, 0);
    const seconds = ((performance.now() - shownAt) / 1000).toFixed(1);
    const [first, second = ""] = step.clips;
    const answer = { part: step.part, position: step.place + 1, first, second, answer: Number(chosen.value), plays, seconds };
    state.answers.push({ test: TEST.test, listener: state.listener, session: state.session + 1, ...answer });
  }
  next();
}

function next() {
  state.step += 1;
  keep();
  showStep();
}

function showEnd() {
  const rows = state.answers.map((answer) => COLUMNS.map((column) => answer[column]).join(","));
  const text = `${[COLUMNS.join(","), ...rows].join("\n")}\n`;
  $("csv").value = text;
  $("download").href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  $("download").download = `${TEST.test}-${state.listener}.csv`;
  show("end");
}

function startAgain() {
  if (!confirm("Did you save the answers? They are removed from this page now.")) return;
  state = begin();
  keep();
  steps = stepsOf(TEST.sessions[state.session]);
  welcome();
}

function welcome() {
  players = [makePlayer(TEST.training.ratings[TEST.training.ratings.length - 1], "", () => {})];
  $("loudness").replaceChildren(players[0].element);
  $("begin").textContent = state.step ? "Go on where you were" : "Begin";
  show("welcome");
  keep();
}

function onKey(event) {
  const typing = event.ctrlKey || event.altKey || event.metaKey || event.target.type === "textarea";
  if (!$("keys").checked || typing) return;
  const key = event.key.toLowerCase();
  const player = players.find(({ letter }) => (letter || "P").toLowerCase() === key);
  const radio = $("question").hidden ? null : document.querySelectorAll("[name=answer]")[Number(key) - 1];
  if (player && player.element.isConnected && player.element.offsetParent) player.toggle();
  else if (radio && !$("scale").disabled) radio.click();
  else if (key === "enter" && !event.target.closest("button, a, summary")) pressMain(event);
}

function pressMain(event) {
  event.preventDefault();
  document.querySelector("main > section:not([hidden]) .main")?.click();
}

$("begin").addEventListener("click", showStep);
for (const button of document.querySelectorAll(".next")) button.addEventListener("click", next);
$("answer").addEventListener("submit", (event) => { event.preventDefault(); give(); });
$("choices").addEventListener("change", () => { $("give").disabled = false; });
$("another").addEventListener("click", startAgain);
document.addEventListener("keydown", onKey);
// Another tab goes on with the same test: this one begins where that one is.
addEventListener("storage", (event) => { if (event.key === STORE) location.reload(); });
welcome();
