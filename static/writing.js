// Saves a step of a reflection while it is typed: after a pause of two seconds, never later than four.
// What a button is just sending is not sent once more; what a link would leave behind is saved first.
// Without scripts the buttons of the form do it. What a group writes carries a revision: who saves from
// an older one is told, and nothing is overwritten.
const form = document.querySelector("form[data-saved-while-typing]");
const field = form.elements.text;
const revision = form.elements.revision; // only where several may write
const said = document.getElementById("saved");
const PAUSE = 2000; // milliseconds
const LATEST = 4000;
const AGAIN = 10000; // after a save that failed
let done = field.defaultValue; // what the server holds, or has refused
let since = 0; // when the first character that is not saved was typed
let timer = 0;
let going = null; // the save that is on its way
let sent = null; // what a button is sending while the page is left

function say(words) {
  if (said.textContent !== words) said.textContent = words;
}

function plan() {
  if (field.value === done) return;
  const now = Date.now();
  since ||= now;
  clearTimeout(timer);
  timer = setTimeout(save, Math.max(0, Math.min(PAUSE, since + LATEST - now)));
}

async function save() {
  clearTimeout(timer);
  if (going || field.value === done || field.value === sent) return;
  since = 0;
  going = send(field.value);
  const arrived = await going;
  going = null;
  if (arrived) plan(); // what was typed meanwhile
  else timer = setTimeout(save, AGAIN);
}

async function send(text) {
  try {
    const typed = { text: text.trim() ? text : null, go: "later" };
    if (revision) typed.revision = Number(revision.value);
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(typed),
      keepalive: text.length < 20000, // more may not leave with a page that is closing
    });
    if (answer.ok && revision) revision.value = (await answer.json()).revision;
    const settled = answer.ok || answer.status === 422 || answer.status === 409;
    if (settled) done = text;
    say(told(answer.status));
    return settled;
  } catch {
    say("Not saved yet: you seem to be offline. Keep this page open, we will try again.");
    return false;
  }
}

function told(status) {
  const time = new Date().toLocaleTimeString("en-IE", { hour: "2-digit", minute: "2-digit" });
  if (status < 300) return `Saved at ${time}`;
  if (status === 422) return "Not saved: this is too long. Shorten it a little.";
  if (status === 409) return "Not saved: somebody else has written here. Press “Save and continue” to see both.";
  if (status === 401) return "Not saved: you are signed out. Press “Save and continue”: what you wrote is kept while you sign in.";
  return "Not saved yet. We will try again.";
}

field.addEventListener("input", plan);
addEventListener("online", save);
document.addEventListener("visibilitychange", () => document.hidden && save());
form.addEventListener("submit", async (event) => {
  clearTimeout(timer);
  if (going) {
    event.preventDefault(); // what is on its way arrives first, or it would undo what is sent now
    await going;
    clearTimeout(timer);
    return form.requestSubmit(event.submitter);
  }
  sent = field.value;
  setTimeout(() => ((sent = null), plan()), AGAIN); // for a page that was not left after all
});
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[href]");
  if (!link || link.getAttribute("href").startsWith("#") || event.defaultPrevented) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return; // opens elsewhere
  if (!going && field.value === done) return;
  event.preventDefault(); // or the next page would not know yet what was typed
  const patience = new Promise((leave) => setTimeout(leave, LATEST));
  await Promise.race([(going ?? Promise.resolve()).then(save), patience]);
  location.assign(link.href);
});
