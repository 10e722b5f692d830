// Turn the page to another place: what differs there lies in one file beside the page, loaded when
// it is needed. The choice lives in the address (?region=44) and in the browser's storage.
(function () {
  const KEY = "book-region";
  const parts = { html: text, caption: words(".caption-text"), english: words(".figure-english > p"),
    note: words(".figure-note > p:last-child"), spec: figure };
  let form, select, home, usual, here, found = null, loading = null;

  // --- what the reader asks for --------------------------------------------------------------

  function option(asked) {
    const wanted = String(asked || "").toLowerCase();
    return Array.from(select.options).find(function (one) {
      return [one.value.toLowerCase(), one.dataset.slug, one.text].indexOf(wanted) >= 0;
    });
  }

  function remembered(code) {
    try {
      if (code === undefined) return localStorage.getItem(KEY);
      if (code === usual) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, code);
    } catch (error) { /* a browser may refuse; the address still knows */ }
    return null;
  }

  function addressed(url) {
    if (here === usual) url.searchParams.delete("region");
    else url.searchParams.set("region", here);
    return url;
  }

  // --- what the page shows -------------------------------------------------------------------

  function load() {
    if (!form.dataset.source) return Promise.resolve({});
    if (!loading) {
      loading = new Promise(function (resolve, reject) {
        const script = document.createElement("script");
        script.src = form.dataset.source;
        script.onload = function () { resolve(found); };
        script.onerror = reject;
        document.head.append(script);
      });
    }
    return loading;
  }

  function swap(element, html) {
    if (element.first === undefined) element.first = element.innerHTML;
    element.innerHTML = html === undefined ? element.first : html;
  }

  function text(box, html) { swap(box, html); }
  function words(where) { return function (around, html) { swap(around.querySelector(where), html); }; }
  function figure(around, change) { window.bookFigures.turn(around.querySelector(".vega-figure"), change); }

  function show(differing) {
    Object.keys(differing).forEach(function (slot) {
      Object.keys(differing[slot]).forEach(function (part) {
        const told = differing[slot][part];
        parts[part](document.getElementById(slot), told.texts[told.of[here]]);
      });
    });
  }

  // What says on every page where the reader stands: the footer, and the link to the place's own page.
  function name() {
    const label = option(here).text;
    document.querySelectorAll(".place-name").forEach(function (place) { place.textContent = label; });
    const link = form.querySelector("a");
    if (link) link.href = page(here);
  }

  function page(code) {
    return form.dataset.pages.replace(/[^/]*$/, (code === "00" ? "index" : code) + ".html");
  }

  async function turn(code) {
    here = code;
    select.value = code;
    delete document.documentElement.dataset.region;
    remembered(code);
    history.replaceState(history.state, "", addressed(new URL(location.href)));
    name();
    if (here !== home || loading) show(await load());
    document.dispatchEvent(new Event("turned"));
    document.documentElement.dataset.region = here;
  }

  // --- starting ------------------------------------------------------------------------------

  // Links within the book carry the choice on, also where a browser keeps nothing.
  function carry(event) {
    const link = event.target.closest("a[href]");
    if (!link || link.protocol !== location.protocol || link.host !== location.host) return;
    if (link.pathname !== location.pathname && /\.html$/.test(link.pathname)) link.href = addressed(new URL(link.href));
  }

  function start() {
    form = document.querySelector(".place-switch");
    if (!form) return;
    select = form.querySelector("select");
    home = here = form.dataset.home; // whose texts stand in the page
    usual = form.dataset.start || home; // where a reader starts who asks for nothing
    form.hidden = false;
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    document.addEventListener("click", carry, true);
    if (form.dataset.about) return stay(form.dataset.about);
    select.addEventListener("change", function () { turn(select.value); });
    const wanted = new URLSearchParams(location.search).get("region");
    const asked = option(wanted) || option(remembered()) || option(usual);
    turn(asked.value).then(window.bookFigures.visit);
  }

  // A page about one place: another place has another page, and links lead on to this place.
  function stay(about) {
    here = about;
    select.value = about;
    name();
    document.documentElement.dataset.region = here;
    form.querySelector("a").hidden = true;
    select.addEventListener("change", function () { location.href = page(select.value); });
  }

  window.bookPlaces = { take: function (differing) { found = differing; } };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
