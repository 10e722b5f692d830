// A page found by search marks what was asked for; Sphinx would have it mark single pairs.
addEventListener("pagehide", function () {
  const asked = new URLSearchParams(location.search).get("q") || "";
  try {
    localStorage.setItem("sphinx_highlight_terms", asked);
  } catch (refused) {} // a browser may keep nothing for pages from a folder
});
