// Filter the ledger's rows. Without this script the filter stays hidden; the fold opens all the same.
(function () {
  function start() {
    const form = document.querySelector("form.ledger-filter");
    if (!form) return;
    const fold = form.closest("details");
    const rows = Array.from(document.querySelectorAll("table.ledger tbody tr"));
    const texts = rows.map(function (row) { return row.textContent.toLowerCase(); });
    const lists = Array.from(form.querySelectorAll("select"));

    function apply() {
      const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
      const chosen = lists.filter(function (list) { return list.value; });
      let shown = 0;
      rows.forEach(function (row, i) {
        const listed = chosen.every(function (list) {
          return (" " + row.dataset[list.name] + " ").indexOf(" " + list.value + " ") >= 0;
        });
        const found = words.every(function (word) { return texts[i].indexOf(word) >= 0; });
        row.hidden = !(listed && found);
        if (!row.hidden) shown += 1;
      });
      form.querySelector("output").textContent = "显示 " + shown + " 条，共 " + rows.length + " 条";
    }

    // A mark behind a number in another chapter leads to a row here.
    function reveal() {
      const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (rows.indexOf(row) < 0) return;
      if (row.hidden) { form.reset(); }
      fold.open = true;
      apply();
      row.querySelector("details").open = true;
      row.scrollIntoView({ block: "center", behavior: "instant" });
    }

    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    form.addEventListener("reset", function () { setTimeout(apply); });
    window.addEventListener("hashchange", reveal);
    apply();
    reveal();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
