// The page's own script: the viewer's time zone, live parts where no stream comes through, and the keyboard.
"use strict";

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const isNews = zone && document.documentElement.dataset.zone !== zone && !document.cookie.includes(`zone=${zone}`);
if (isNews) {
  document.cookie = `zone=${zone}; path=/; max-age=31536000; SameSite=Strict`;
  location.reload();
}

const poll = document.getElementById("poll");
const state = document.getElementById("state");
if (poll) {
  let failures = 0;
  let polls = poll.dataset.streams !== "true";
  const say = (words) => { if (state.textContent !== words) state.textContent = words; };
  const clock = () => new Date().toLocaleTimeString();

  document.body.addEventListener("htmx:sse:after:connection", () => { failures = 0; polls = false; say("Live."); });
  document.body.addEventListener("htmx:sse:error", () => {
    failures += 1;
    polls = failures > 1;
    say("The console does not answer; it is asked again and again.");
  });
  document.body.addEventListener("htmx:after:swap", () => { if (polls) say(`Live, by asking; last at ${clock()}.`); });
  setInterval(() => { if (polls && !document.hidden) htmx.trigger(poll, "poll"); }, 1000 * poll.dataset.seconds);
}

document.addEventListener("keydown", (pressed) => {
  const typing = /^(input|select|textarea)$/i.test(document.activeElement?.tagName ?? "");
  if (typing || pressed.ctrlKey || pressed.metaKey || pressed.altKey) return;
  if (pressed.key === "/") {
    document.querySelector("input[type=search]")?.focus();
    pressed.preventDefault();
  }
  const links = [...document.querySelectorAll("header nav a")];
  if (/^[1-9]$/.test(pressed.key)) links[Number(pressed.key) - 1]?.click();
});
