// What must happen before the page is painted and before other scripts run.
(function () {
  const page = document.documentElement;
  let chosen = {};
  try {
    chosen = { mode: localStorage.getItem("mode"), theme: localStorage.getItem("theme") };
  } catch (refused) {} // a browser may keep nothing for pages from a folder
  page.dataset.mode = chosen.mode || page.dataset.theme;
  page.dataset.theme = chosen.theme || page.dataset.theme;

  // Sphinx makes a program of a language's rule of plurals, which the page's policy forbids.
  // Chinese has one form.
  Documentation.addTranslations = function (catalog) {
    Object.assign(Documentation.TRANSLATIONS, catalog.messages);
    Documentation.LOCALE = catalog.locale;
    Documentation.PLURAL_EXPR = function () { return 0; };
  };

  // The theme marks in the page's contents where the reader is, but looks for a name that they do not
  // have, and then takes all links of the page for contents.
  document.addEventListener("DOMContentLoaded", function () {
    const contents = document.getElementById("pst-page-toc-nav");
    if (contents) contents.classList.add("bd-toc-nav");
    else delete document.body.dataset.bsSpy;
  });

  // The same policy stops the link that Sphinx offers to take the marks of a search away.
  document.addEventListener("click", function (event) {
    if (!event.target.closest("#searchbox .highlight-link a")) return;
    event.preventDefault();
    SphinxHighlight.hideSearchWords();
  });
})();
