// A deck in front of a class: keys, counted hands, a clock, a window for the speaker. Keys are known
// by their place on the keyboard, since an input method for Chinese hides which letter they bear.
// Nothing is stored, and nothing leaves this page.
(function () {
  const clock = document.querySelector(".clock");
  const help = document.querySelector(".keys");
  const overview = document.querySelector(".overview");
  let started = 0;
  let speaker = null;

  // --- keys ----------------------------------------------------------------------------------

  const acts = {
    KeyS: openSpeaker,
    KeyO: turnOverview,
    Escape: turnOverview,
    KeyB: function () { Reveal.togglePause(); },
    KeyD: turnDark,
    KeyT: turnClock,
    KeyF: fill,
    Slash: function () { help.hidden = !help.hidden; },
    PageDown: function () { Reveal.next(); },
    PageUp: function () { Reveal.prev(); },
  };

  function pressed(event) {
    if (chorded(event)) return;
    const act = vote(event) || acts[event.code];
    if (event.code === "Escape" && leave()) return stop(event);
    if (!overview.hidden && !/^(KeyO|KeyD|Escape)$/.test(event.code)) return walk(event);
    if (!act || (onControl() && !event.code.startsWith("Page") && !vote(event))) return;
    act();
    stop(event);
  }

  // What belongs to the browser or the system, not to the deck.
  function chorded(event) { return event.ctrlKey || event.metaKey || event.altKey; }

  // In the overview the arrows go from slide to slide, and Enter picks one.
  function walk(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 6, ArrowUp: -6 }[event.code];
    event.stopImmediatePropagation();
    if (!step) return;
    const all = Array.from(overview.children);
    const next = all[all.indexOf(document.activeElement) + step];
    if (next) next.focus();
    event.preventDefault();
  }

  function stop(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  function onControl() {
    const at = document.activeElement;
    return at && at.closest(".figure-controls");
  }

  // Out of the help or off a control; otherwise Esc is the overview's.
  function leave() {
    const open = !help.hidden || onControl();
    help.hidden = true;
    if (onControl()) document.activeElement.blur();
    return Boolean(open);
  }

  // On a control the arrows belong to it; after the mouse they turn slides again.
  function guard(event) {
    if (onControl() && /^(Arrow|Home|End|Space|Enter)/.test(event.code)) event.stopPropagation();
  }

  function letGo() {
    if (onControl() && !document.activeElement.matches(":focus-visible, select")) document.activeElement.blur();
  }

  // --- overview ------------------------------------------------------------------------------

  function turnOverview() {
    if (!overview.hidden) { overview.hidden = true; return; }
    overview.hidden = false;
    const slides = Reveal.getSlides();
    overview.replaceChildren.apply(overview, slides.map(function (section, at) {
      const choice = document.createElement("button");
      choice.type = "button";
      choice.setAttribute("aria-label", (at + 1) + " " + section.querySelector("h1, h2").textContent);
      choice.addEventListener("click", function () { overview.hidden = true; Reveal.slide(at); });
      return choice;
    }));
    slides.forEach(function (section, at) { miniature(overview.children[at], section); });
    overview.children[slides.indexOf(Reveal.getCurrentSlide())].focus();
  }

  // A slide with its still picture, as wide as a box, which may be in another window.
  function miniature(box, section) {
    const copy = box.ownerDocument.importNode(section.querySelector(".slide"), true);
    copy.inert = true;
    copy.querySelectorAll(".vega-target, script").forEach(function (each) { each.remove(); });
    copy.querySelectorAll("[id]").forEach(function (each) { if (!each.closest("svg")) each.removeAttribute("id"); });
    copy.querySelectorAll("[data-drawn]").forEach(function (each) { each.removeAttribute("data-drawn"); });
    copy.style.transform = "scale(" + box.clientWidth / 1280 + ")";
    box.replaceChildren(copy);
  }

  // --- hands ---------------------------------------------------------------------------------

  // What a digit does on a poll: one more for that choice, with Shift one less; held down, no more.
  function vote(event) {
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    const choice = digit && Reveal.getCurrentSlide().querySelector('.poll [data-key="' + digit[1] + '"]');
    return choice && function () {
      if (event.repeat) return;
      count(choice, event.shiftKey ? -1 : 1);
      tell();
    };
  }

  function count(choice, step) {
    const list = choice.parentElement;
    const told = choice.querySelector("output");
    told.textContent = String(Math.max(0, Number(told.textContent) + step));
    const counts = Array.from(list.querySelectorAll("output")).map(function (each) { return Number(each.textContent); });
    const most = Math.max.apply(null, counts.concat(1));
    Array.from(list.children).forEach(function (each, i) { each.style.setProperty("--share", counts[i] / most); });
  }

  // --- light, full screen, clock --------------------------------------------------------------

  function turnDark() {
    const root = document.documentElement;
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  }

  function fill() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  }

  function turnClock() {
    if (!started) started = Date.now();
    else if (clock.hidden === false) { clock.hidden = true; return; }
    clock.hidden = false;
    tick();
  }

  function elapsed() { return started ? (Date.now() - started) / 60000 : 0; }

  function two(number) { return String(Math.floor(number)).padStart(2, "0"); }

  function time() { return two(elapsed()) + ":" + two((elapsed() * 60) % 60); }

  function plan() { return Reveal.getCurrentSlide().dataset.minutes || ""; }

  function late() {
    const until = Number(plan().split(/[–-]/).pop());
    return plan() !== "" && elapsed() > until;
  }

  function tick() {
    clock.textContent = time() + (plan() ? "　计划第 " + plan() + " 分" : "");
    clock.classList.toggle("late", late());
    if (speaker && !speaker.closed) tellTime();
  }

  // --- the speaker's window --------------------------------------------------------------------

  // It is blank and filled from here, since a page opened from a folder may not talk to another.
  function openSpeaker() {
    if (speaker && !speaker.closed) return speaker.focus();
    speaker = window.open("", "", "width=1180,height=760");
    if (!speaker) return note("浏览器拦下了备注窗口：请在地址栏右侧允许弹出窗口，再按 S。");
    const page = speaker.document;
    page.title = "备注 · " + document.title;
    page.documentElement.lang = "zh-CN";
    const style = page.createElement("style");
    style.textContent = document.getElementById("look").textContent;
    page.head.append(style);
    page.body.className = "speaker";
    ["now", "next", "hints", "time"].forEach(function (name) {
      const box = page.createElement("div");
      box.className = name;
      page.body.append(box);
    });
    speaker.addEventListener("keydown", function (event) {
      if (chorded(event)) return;
      if (/^(ArrowRight|ArrowDown|Space)$/.test(event.code)) Reveal.next();
      else if (/^(ArrowLeft|ArrowUp)$/.test(event.code)) Reveal.prev();
      else if (acts[event.code] && event.code !== "KeyS" && event.code !== "KeyF") acts[event.code]();
      else if (vote(event)) vote(event)();
      else return;
      event.preventDefault();
    });
    speaker.addEventListener("resize", tell);
    if (!started) started = Date.now();
    tell();
  }

  function note(text) {
    help.querySelector("dl").before(Object.assign(document.createElement("p"), { textContent: text }));
    help.hidden = false;
  }

  function tell() {
    if (!speaker || speaker.closed) return;
    const all = Reveal.getSlides();
    const now = Reveal.getCurrentSlide();
    const after = all[all.indexOf(now) + 1];
    show("now", now);
    show("next", after);
    const hints = now.querySelector(".notes");
    part("hints").replaceChildren(speaker.document.importNode(hints, true));
    tellTime();
  }

  function part(name) { return speaker.document.querySelector("." + name); }

  function show(name, section) {
    if (section) miniature(part(name), section);
    else part(name).replaceChildren();
  }

  function tellTime() {
    part("time").textContent = time() + (plan() ? "　计划第 " + plan() + " 分" : "");
    part("time").classList.toggle("late", late());
  }

  // --- start -----------------------------------------------------------------------------------

  // A figure that was moved stands in the address; its slide is where the class was.
  function asked() {
    const name = location.hash.slice(1).split(/[?;]/)[0];
    const figure = name && document.getElementById(name);
    return figure && figure.closest("section");
  }

  window.addEventListener("keydown", pressed, true);
  document.querySelector(".slides").addEventListener("keydown", guard);
  document.querySelector(".slides").addEventListener("pointerup", function () { setTimeout(letGo); });
  document.querySelector(".slides").addEventListener("change", function (event) {
    if (event.target.matches("select")) event.target.blur();
  });
  document.querySelectorAll(".poll li").forEach(function (choice) {
    choice.addEventListener("click", function (event) {
      count(choice, event.shiftKey ? -1 : 1);
      document.activeElement.blur();
    });
  });
  const back = asked();
  Reveal.initialize({
    width: 1280, height: 720, margin: 0, minScale: 0.1, maxScale: 4,
    center: false, controls: false, hash: true, help: false, jumpToSlide: false, scrollActivationWidth: null, overview: false, progress: true,
    transition: "none", backgroundTransition: "none", keyboardCondition: function () { return !onControl(); },
  }).then(function () {
    if (back) Reveal.slide(Reveal.getSlides().indexOf(back));
  });
  Reveal.on("slidechanged", function () { tick(); tell(); });
  setInterval(tick, 1000);
})();
