// The live run: counts, the table as rows finish, the console, one row's story, and the download.
import { attempt, call, h, icon, money, plural, say, time, toast, whole, words } from "./kit.js";
import { LiveTable } from "./table.js";
import { storyOf } from "./story.js";

const STATUSES = [["complete", "complete"], ["partial", "partial"], ["not_found", "not found"], ["failed", "failed"], ["skipped", "skipped"], ["invalid", "invalid"]];
const STATES = { running: ["blue", "running"], done: ["good", "done"], cancelled: ["warn", "cancelled"], failed: ["bad", "failed"] };
const actions = document.getElementById("actions");
const content = document.getElementById("content");
const lead = document.getElementById("lead");
let table, progress, shown = "all", state, begin;

const numbers = h("div", { class: "numbers" });
const parts = h("div", { class: "parts", role: "img" });
const tabs = h("div", { class: "tabs", role: "group", "aria-label": "Rows shown" });
const search = h("input", { type: "search", placeholder: "Find in rows", "aria-label": "Find in rows", size: 18, oninput: () => table?.filter(shown, search.value) });
const lines = h("div", { class: "console", role: "log", "aria-label": "Console", tabIndex: 0 });
const work = h("div", { class: "work" });
const story = h("aside", { class: "story", hidden: true, "aria-label": "Story of a row" });
const consoleToggle = h("button", { type: "button", class: "quiet small", "aria-expanded": "true", onclick: () => {
  const closed = lines.classList.toggle("closed");
  consoleToggle.setAttribute("aria-expanded", String(!closed));
} }, "Console");

function build() {
  table = new LiveTable(begin, openStory);
  work.replaceChildren(table.element, story, h("div", { class: "below" }, h("div", { class: "bar" }, consoleToggle, h("span", { class: "small muted", id: "heard" })), lines));
  content.replaceChildren(
    h("section", { class: "card", "aria-label": "How it stands", style: { marginBottom: "12px" } }, numbers, parts),
    h("div", { class: "bar", style: { marginBottom: "8px", justifyContent: "space-between" } }, tabs, search),
    work);
  content.hidden = false;
  Object.assign(content.style, { display: "flex", flexDirection: "column", flex: "1", minHeight: "0" });
  lines.replaceChildren();
}

function drawProgress() {
  const p = progress;
  const credits = Object.entries(p.credits);
  put(numbers,
    figure(`${whole.format(p.came)} / ${whole.format(p.total)}`, "rows"),
    figure(p.state === "running" ? time(p.left) : time(p.seconds), p.state === "running" ? "left" : "took"),
    figure(p.usd === null ? "unknown" : money(p.usd), p.budget === null ? "spent" : `spent of ${money(p.budget)}`),
    Number(p.uncertain_usd) > 0 && figure(money(p.uncertain_usd), "perhaps charged too"),
    figure(whole.format(credits.reduce((sum, [, n]) => sum + Number(n), 0)), "credits", credits.map(([purse, n]) => `${n} ${purse}`).join("\n")),
    Number(p.tokens) > 0 && figure(whole.format(p.tokens), "tokens of models"),
    figure(whole.format(p.requests), "HTTP calls"),
    p.waits > 0 && figure(whole.format(p.waits), "waits for limits"),
    p.retries > 0 && figure(whole.format(p.retries), "repeated"),
    p.retryable > 0 && figure(whole.format(p.retryable), "can be retried"));
  const counts = { ...p.statuses, waiting: p.total - p.came };
  parts.replaceChildren(...[...STATUSES.map(([name]) => name), "waiting"].filter((name) => counts[name]).map((name) => h("i", { class: `s-${name}`, style: { width: `${(100 * counts[name]) / p.total}%` } })));
  parts.setAttribute("aria-label", STATUSES.filter(([name]) => counts[name]).map(([name, label]) => `${counts[name]} ${label}`).join(", ") || "nothing yet");
  const tab = (name, label, count) => h("button", { type: "button", "aria-pressed": String(shown === name), onclick: () => { shown = name; table.filter(shown, search.value); drawProgress(); } },
    name !== "all" && h("i", { class: `dot s-${name}` }), label, h("span", { class: "count" }, whole.format(count)));
  const focused = tabs.contains(document.activeElement) ? [...tabs.children].indexOf(document.activeElement) : -1;
  tabs.replaceChildren(tab("all", "all", p.total), ...STATUSES.filter(([name]) => counts[name]).map(([name, label]) => tab(name, label, counts[name])),
    ...(counts.waiting ? [tab("waiting", "waiting", counts.waiting)] : []));
  tabs.children[focused]?.focus();
  if (state !== p.state) { state = p.state; drawActions(); }
  lead.replaceChildren(h("span", { class: `pill ${STATES[p.state][0]}`, id: "state" }, STATES[p.state][1]), " ", p.error || (p.asking ? `asks ${p.asking}` : ""));
}

const put = (place, ...parts) => place.replaceChildren(...parts.filter(Boolean));
const figure = (value, label, title) => h("div", { title }, h("b", {}, value), h("span", {}, label));

function drawActions() {
  const running = state === "running";
  const left = progress.total - progress.came;
  const again = progress.retryable + left;
  actions.replaceChildren(
    ...(running ? [h("button", { type: "button", class: "danger", onclick: cancel }, icon("stop"), "Cancel")] : []),
    ...(!running && again > 0 ? [h("button", { type: "button", onclick: retry }, icon("again"), left ? `Go on with ${plural(again, "row")}` : `Retry ${plural(again, "row")}`)] : []),
    h("button", { type: "button", class: running ? "" : "primary", onclick: download, disabled: progress.came === 0 && !running }, icon("download"), "Download"),
    ...(running ? [] : [h("button", { type: "button", onclick: start }, icon("play"), "Run anew")]));
  if (!running) say(`The run is ${STATES[state][1]}: ${progress.came} of ${progress.total} rows.`);
}

async function cancel() { const told = await attempt(() => call("POST", "/api/run/cancel")); if (told) { progress = told; drawProgress(); } }
async function retry() { const told = await attempt(() => call("POST", "/api/run/retry")); if (told) { progress = told; drawProgress(); } }
async function start() { const told = await attempt(() => call("POST", "/api/run")); if (told) { state = undefined; connect(); } }

function hear(more) {
  if (!more.length) return;
  const atEnd = lines.scrollTop + lines.clientHeight >= lines.scrollHeight - 20;
  lines.append(...more.map((line) => h("p", { class: line.level }, h("time", {}, `${line.at.toFixed(2)} s`), h("span", { class: "who" }, line.who || "session"), h("span", { class: "what" }, line.text, line.row !== null && h("button", { type: "button", class: "row-link", onclick: () => openStory(line.row, null) }, `row ${line.row + 1}`)))));
  while (lines.childElementCount > 1000) lines.firstElementChild.remove();
  if (atEnd) lines.scrollTop = lines.scrollHeight;
  document.getElementById("heard").textContent = more.at(-1).text ? `latest: ${more.at(-1).who || "session"} ${more.at(-1).text}` : "";
}

async function openStory(place, column) {
  const told = await attempt(() => call("GET", `/api/run/rows/${place}`));
  if (!told) return;
  story.replaceChildren(...storyOf(told, column, closeStory));
  story.hidden = false;
  work.classList.add("with-story");
  table.mark(place);
  story.querySelector("h2").focus({ preventScroll: true });
  story.querySelector(".focus")?.scrollIntoView({ block: "nearest" });
}

function closeStory() {
  story.hidden = true;
  work.classList.remove("with-story");
  table.mark(null);
  table.focus();
}
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !story.hidden && !document.querySelector("dialog[open]")) closeStory(); });

function download() {
  const columns = [...new Set([...begin.inputs, ...begin.columns, ...begin.others])];
  const checks = h("div", { class: "checks", hidden: true }, ["status", ...columns, "cost"].map((name) => h("label", { class: "check" }, h("input", { type: "checkbox", value: name, checked: true, name: "column" }), /^[a-z_]+$/.test(name) ? words(name) : name)));
  const kind = h("select", { name: "format", id: "format" }, [["csv", "CSV"], ["xlsx", "Excel"], ["jsonl", "JSON lines"]].map(([value, label]) => h("option", { value }, label)));
  const all = h("input", { type: "checkbox", checked: true, onchange: () => { checks.hidden = all.checked; } });
  const sourced = h("input", { type: "checkbox", id: "provenance" });
  const dialog = h("dialog", { "aria-labelledby": "download-title" },
    h("header", {}, h("h2", { id: "download-title" }, "Download"), h("button", { type: "button", class: "quiet only-icon", "aria-label": "Close", onclick: () => dialog.close() }, icon("x"))),
    h("div", { class: "body" },
      h("label", { class: "field" }, h("span", {}, "As"), kind),
      h("label", { class: "check" }, sourced, "With source, confidence and cost of each value"),
      h("label", { class: "check" }, all, "All columns: the table's own, and everything found"), checks,
      h("p", { class: "small muted" }, `${plural(progress.came, "row")} of ${whole.format(progress.total)}. Cells that a spreadsheet program would run as formulas are made harmless.`)),
    h("footer", {}, h("button", { type: "button", class: "primary", onclick: () => {
      const asked = new URLSearchParams({ format: kind.value, provenance: String(sourced.checked) });
      if (!all.checked) for (const box of checks.querySelectorAll("input:checked")) asked.append("column", box.value);
      h("a", { href: `/api/run/download?${asked}`, download: "" }).click();
      dialog.close();
    } }, icon("download"), "Download")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

let socket, tries = 0;
function connect() {
  socket?.close();
  const mine = socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/run/live`);
  mine.addEventListener("message", (event) => {
    if (mine !== socket) return;
    const told = JSON.parse(event.data);
    tries = 0;
    if (told.kind === "begin") { begin = told; build(); table.put(told.rows, false); }
    else { table.put(told.rows, true); hear(told.lines); }
    progress = told.progress;
    drawProgress();
  });
  mine.addEventListener("close", (event) => {
    if (mine !== socket || event.code === 4404) return;
    if (++tries > 5) { toast("The service was stopped or restarted; what it held is gone.", true); return; }
    setTimeout(connect, 400 * tries);
  });
}

const now = await attempt(() => call("GET", "/api/run"));
if (now) connect();
else {
  lead.textContent = "Nothing has run yet.";
  const empty = document.getElementById("empty");
  empty.hidden = false;
  empty.className = "card empty";
  empty.append(h("h2", {}, "No run yet"), h("p", {}, "Upload leads, design what to find, then run it here."), h("div", { class: "bar" },
    h("a", { class: "button primary", href: "/" }, "Upload leads"), h("a", { class: "button", href: "/design" }, "Design")));
}
