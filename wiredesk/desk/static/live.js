// Keeps the desk page up to date from /live. What arrives is data: it becomes text nodes, never markup.
"use strict";

const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const say = (element, value) => {
  const text = typeof value === "number" ? grouped.format(value).replaceAll(",", "\u202f") : String(value);
  if (element && element.textContent !== text) element.textContent = text;
};
const find = (selector, within = document) => within.querySelector(selector);
const make = (tag, className, text) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};
const link = (className, address, text) => {
  const element = make("a", className, text);
  element.href = address;
  return element;
};
const path = (kind, id) => `/${kind}/${encodeURIComponent(id)}`;
const rightToLeft = /^(ar|fa|he|ur|yi|ps|sd|dv|ckb)\b/;

function ago(milliseconds) {
  const seconds = Math.max(0, (Date.now() - milliseconds) / 1000);
  if (seconds < 120) return `${Math.round(seconds)} s ago`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 172800) return `${(seconds / 3600).toFixed(1)} h ago`;
  return `${(seconds / 86400).toFixed(1)} d ago`;
}

function drawCurve(line, values) {
  const top = Math.max(...values, 1e-9), step = 120 / Math.max(1, values.length - 1);
  line.parentNode.classList.toggle("still", Math.max(...values, 0) === 0);
  line.setAttribute("points", values.map((v, n) => `${(n * step).toFixed(1)},${(26 - 24 * v / top).toFixed(1)}`).join(" "));
}

function flows(name, rate) {
  const pipe = find(`[data-pipe="${name}"]`);
  if (!pipe) return;
  pipe.classList.toggle("flows", rate > 0);
  pipe.classList.toggle("fast", rate > 20);
}

function showStage(stage) {
  const card = find(`[data-stage="${stage.stage}"]`);
  if (!card) return;
  for (const field of card.querySelectorAll("[data-say]")) say(field, stage[field.dataset.say]);
  card.classList.toggle("stopped", stage.waiting > 0 && stage.workers === 0);
  card.classList.toggle("late", stage.late && stage.workers > 0);
  find(".failed", card).hidden = !stage.failed;
  drawCurve(find("polyline", card), stage.curve);
  flows(stage.stage, stage.came);
}

function showProblems(problems) {
  const list = find("#problems");
  list.hidden = problems.length === 0;
  list.replaceChildren(...problems.map((said) => {
    const [seen, fix] = said.split(" -> "), item = make("li");
    item.append(make("span", "", seen));
    if (fix) item.append(make("code", "", fix));
    return item;
  }));
}

function storyItem(story) {
  const item = make("li", "item"), meta = make("p", "meta");
  item.dataset.id = story.id;
  const address = story.copies ? path("stories", story.story) : path("articles", story.id);
  const headline = link(story.headline ? "headline" : "headline none", address, story.headline || "No headline");
  headline.dir = rightToLeft.test(story.language) ? "rtl" : "ltr";
  if (story.publisher) meta.append(make("b", "", story.publisher));
  if (story.published) meta.append(make("span", "", story.published));
  meta.append(make("span", "file", story.name), make("time", "", ago(story.at)));
  if (story.copies) meta.append(link("copies", path("stories", story.story), story.copies === 1 ? "1 copy" : `${story.copies} copies`));
  item.append(headline, meta);
  return item;
}

let known = null;
let shownStories = "";
function showStories(stories) {
  const now = JSON.stringify(stories) + Math.floor(Date.now() / 10000);
  if (now === shownStories || stories.length === 0) return;
  shownStories = now;
  find("#stories").replaceChildren(...stories.map((story) => {
    const item = storyItem(story);
    if (known && !known.has(story.id)) item.classList.add("fresh");
    return item;
  }));
  known = new Set(stories.map((story) => story.id));
}

function showFiles(files) {
  if (files.length === 0) return;
  find("#files").replaceChildren(...files.map((file) => {
    const item = make("li");
    item.append(link("", path("files", file.id), file.name || file.id), make("span", `outcome ${file.outcome}`, file.outcome), make("span", "n", file.articles));
    return item;
  }));
}

function size(bytes) {
  const units = ["bytes", "KB", "MB", "GB"];
  let unit = 0;
  while (bytes >= 1024 && unit < 3) { bytes /= 1024; unit += 1; }
  return `${bytes.toFixed(unit ? 1 : 0)} ${units[unit]}`;
}

function show(beat) {
  find("#dot").className = beat.away ? "dot away" : "dot on";
  say(find('[data-say="open_files"]'), beat.open_files);
  say(find('[data-say="oldest_open"]'), beat.oldest_open);
  for (const element of document.querySelectorAll("[data-stream]")) say(element, beat.streams[element.dataset.stream]);
  beat.flow.forEach(showStage);
  if (beat.flow.length) flows("out", beat.flow[beat.flow.length - 1].went);
  say(find("#memory"), size(beat.memory));
  showProblems(beat.problems);
  showStories(beat.stories);
  showFiles(beat.files);
}

const stream = new EventSource("/live");
stream.onmessage = (event) => show(JSON.parse(event.data));
stream.onerror = () => { find("#dot").className = "dot away"; };
