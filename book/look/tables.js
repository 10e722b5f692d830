// The data of a table as a file: what stands in its cells, made when it is asked for.
(function () {
  "use strict";

  function cell(text) {
    const plain = text.replace(/[\u2007\u2008]/g, "").replace(/−/g, "-").trim();
    return /[",\n]/.test(plain) ? '"' + plain.replace(/"/g, '""') + '"' : plain;
  }

  function csv(table) {
    const rows = Array.from(table.rows, function (row) {
      return Array.from(row.cells, function (one) { return cell(one.textContent); }).join(",");
    });
    return "\ufeff" + rows.join("\r\n") + "\r\n"; // the mark tells spreadsheets that this is UTF-8
  }

  function save(block) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([csv(block.querySelector("table"))], { type: "text/csv" }));
    link.download = block.id + ".csv";
    link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
  }

  // A table wider than the screen can be moved by keys.
  function reach(block, number) {
    const box = block.querySelector(".table-body");
    if (!box || box.scrollWidth <= box.clientWidth) return;
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", (number ? number.textContent.trim() : "表") + "，可以左右移动");
  }

  function start() {
    document.querySelectorAll("figure.numbered-table").forEach(function (block) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "table-data";
      button.textContent = "数据（CSV）";
      const number = block.querySelector(".caption-number");
      button.setAttribute("aria-label", (number ? number.textContent.trim() : "这张表") + "的数据（CSV）");
      button.addEventListener("click", function () { save(block); });
      (block.querySelector(".table-source") || block).append(button);
      reach(block, number);
    });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
