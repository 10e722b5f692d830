// A number that a document prints, or a term, opens a card: beside the word, on a phone as a sheet
// at the foot. Without this script both are links, to the scorecard and to the glossary.
(function () {
  "use strict";
  const KEY = "book-marks", WAIT = 200;
  const data = {};
  let card, source = null, waiting = 0, held = false;

  function told(link) {
    const name = link.classList.contains("claim") ? "claim-cards" : "term-cards";
    if (!data[name]) {
      const holder = document.getElementById(name);
      data[name] = holder ? JSON.parse(holder.textContent) : {};
    }
    const key = decodeURIComponent(link.hash.slice(1));
    return data[name][key.replace(/^claim-/, "")] || data[name][key];
  }

  // --- what a card holds -----------------------------------------------------------------------

  function element(name, text, look) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (look) made.className = look;
    return made;
  }

  function rows(pairs) {
    const list = element("dl");
    pairs.forEach(function (pair) {
      if (pair[1]) list.append(element("dt", pair[0]), element("dd", pair[1]));
    });
    return list;
  }

  function leading(words, address) {
    const link = element("a", words);
    link.href = address;
    const line = element("p", "", "card-more");
    line.append(link);
    return line;
  }

  function ofClaim(found, link) {
    const quote = found.quote ? "“" + found.quote + "”" : found.claim;
    return [
      element("p", found.verdict, "card-verdict " + found.look),
      rows([["原话", quote], ["在", found.place], ["理由", found.why], ["怎样定论", found.settle]]),
      leading("在台账里看这一行", link.href),
    ];
  }

  function ofTerm(found, link) {
    const head = element("p", found.name, "card-term");
    head.append(" ", element("span", found.english, "card-english"));
    head.lastChild.lang = "en";
    const parts = [head, element("p", found.text)];
    if (found.page) parts.push(leading("见：" + found.title, found.page));
    parts.push(leading("术语表", link.href));
    return parts;
  }

  // --- opening and closing ---------------------------------------------------------------------

  function make() {
    card = element("div", "", "word-card screen-only");
    card.id = "word-card";
    card.tabIndex = -1;
    card.hidden = true;
    card.setAttribute("role", "dialog");
    card.addEventListener("mouseenter", function () { clearTimeout(waiting); });
    card.addEventListener("mouseleave", leave);
    card.addEventListener("focusout", function (event) {
      if (!card.hidden && event.relatedTarget && !card.contains(event.relatedTarget)) close(false);
    });
    document.body.append(card);
  }

  function beside(link) {
    const box = link.getBoundingClientRect(), page = document.documentElement;
    const left = Math.min(box.left, page.clientWidth - card.offsetWidth - 12);
    card.style.left = Math.max(left, 12) + scrollX + "px";
    const below = box.bottom + card.offsetHeight + 12 < page.clientHeight;
    const top = below || box.top < card.offsetHeight + 12 ? box.bottom + 8 : box.top - card.offsetHeight - 8;
    card.style.top = top + scrollY + "px";
  }

  function open(link, asked) {
    const found = told(link);
    if (!found) return false;
    close(false);
    const shut = element("button", "✕", "card-close");
    shut.type = "button";
    shut.setAttribute("aria-label", "关闭");
    shut.addEventListener("click", function () { close(true); });
    const inside = link.classList.contains("claim") ? ofClaim(found, link) : ofTerm(found, link);
    card.replaceChildren(shut, ...inside);
    card.className = "word-card screen-only " + (found.look || "");
    card.setAttribute("aria-label", link.classList.contains("claim") ? "核对" : "术语");
    card.hidden = false;
    source = link;
    held = asked;
    link.setAttribute("aria-expanded", "true");
    beside(link);
    if (asked) card.focus({ preventScroll: true });
    return true;
  }

  function close(back) {
    clearTimeout(waiting);
    if (card.hidden) return;
    card.hidden = true;
    source.removeAttribute("aria-expanded");
    if (back) source.focus({ preventScroll: true });
    source = null;
  }

  function leave() {
    clearTimeout(waiting);
    if (!held) waiting = setTimeout(function () { if (!held) close(false); }, WAIT);
  }

  function word(event) {
    const at = event.target.closest && event.target.closest("a.claim, a.term");
    return at && !card.contains(at) ? at : null;
  }

  // --- marks: at first only what does not hold; all of them on demand ---------------------------

  function remembered() { try { return localStorage.getItem(KEY); } catch (refused) { return null; } }

  function mark(button, all) {
    document.documentElement.dataset.marks = all ? "all" : "";
    button.setAttribute("aria-pressed", String(all));
    try { localStorage.setItem(KEY, all ? "all" : ""); } catch (refused) { /* private */ }
  }

  function start() {
    make();
    prepareAll();
    document.addEventListener("turned", prepareAll); // to another place: words have changed
    document.addEventListener("click", function (event) {
      const link = word(event);
      if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey && open(link, true)) event.preventDefault();
      else if (!card.contains(event.target)) close(false);
    });
    document.addEventListener("pointerover", function (event) {
      const link = word(event);
      if (link) prepare(link);
      if (!link || link === source || held && !card.hidden || event.pointerType !== "mouse") return;
      clearTimeout(waiting);
      waiting = setTimeout(function () { open(link, false); }, WAIT);
    });
    document.addEventListener("pointerout", function (event) { if (word(event)) leave(); });
    document.addEventListener("keydown", function (event) { if (event.key === "Escape") close(true); });
    const button = document.querySelector("button.all-marks");
    if (!button) return;
    button.hidden = false;
    mark(button, remembered() === "all");
    button.addEventListener("click", function () { mark(button, button.getAttribute("aria-pressed") !== "true"); });
  }

  function prepareAll() {
    document.querySelectorAll("a.claim, a.term").forEach(prepare);
  }

  // The card says what the browser's own tip would say.
  function prepare(link) {
    if (!told(link) || !link.title) return;
    link.setAttribute("aria-haspopup", "dialog");
    link.removeAttribute("title");
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
