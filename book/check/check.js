// Marks answers without knowing them. What is typed is read as `synergy.exercises.answering` reads
// it, counted in steps of the tolerance as `synergy.exercises.grid` counts, and hashed; the page
// holds hashes of the right cell and of those of common mistakes (`press.answer_page`).
(() => {
  "use strict";

  const page = JSON.parse(document.getElementById("data").textContent);
  const at = (id) => document.getElementById(id);
  const bytes = (text) => new TextEncoder().encode(text);
  let owner = "";
  let named = "";
  let marked = [];

  // --- hashes -------------------------------------------------------------------------------

  async function hashed(text, salt) {
    const key = await crypto.subtle.importKey("raw", bytes(text), "PBKDF2", false, ["deriveBits"]);
    const way = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: page.rounds };
    const bits = await crypto.subtle.deriveBits(way, key, 8 * page.length);
    return btoa(String.fromCharCode(...new Uint8Array(bits)));
  }

  // --- what was typed -----------------------------------------------------------------------

  const squeezed = (text) => text.normalize("NFKC").replace(/\u2212/g, "-").replace(/[\s\p{Cf}]/gu, "");

  function numberIn(text) {
    const fraction = /^([+-]?\d+)\/(\d+)$/.exec(text);
    if (fraction) return Number(fraction[2]) ? Number(fraction[1]) / Number(fraction[2]) : NaN;
    if (/^[+-]?0,\d+$/.test(text)) text = text.replace(",", ".");
    else if (/^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(text)) text = text.replaceAll(",", "");
    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  }

  function valueOf(part, typed) {
    let text = squeezed(typed).replace(/^[=≈~约第]+/, "").replace(/^[\u2010-\u2015]/, "-");
    const unit = part.spelled.find((each) => text.endsWith(each)) ?? "";
    text = text.slice(0, text.length - unit.length);
    const percent = !unit && text.endsWith("%");
    const value = numberIn(text.replace(/%$/, "").replace(/[个种颗名位项]+$/, ""));
    if (!(Math.abs(value) < page.largest)) return NaN;
    return percent ? value / 100 : value;
  }

  // Cells in which the right answer may lie; nothing where the answer cannot be read.
  function near(part, typed) {
    if (part.kind === "choice") return [squeezed(typed)];
    const value = valueOf(part, typed);
    if (!Number.isFinite(value)) return [];
    if (part.kind === "integer") return Number.isInteger(value) ? [String(value)] : [];
    const cell = Math.floor(Math.round((value / part.tolerance) * page.steps * 1e6) / 1e6 + 0.5);
    return Array.from({ length: 2 * page.steps + 1 }, (_, n) => String(cell + n - page.steps));
  }

  // --- marking ------------------------------------------------------------------------------

  // The first of a part's hashes that an answer meets: the right one first, then mistakes.
  async function mark(code, part, typed) {
    const cells = near(part, typed);
    if (!cells.length) return { right: false, told: part.kind === "integer" ? "读不懂：应是一个整数。" : "读不懂：应是一个数。" };
    const salt = `${page.salt}|${part.owner}`;
    const found = await Promise.all(cells.map((cell) => hashed(`${code}.${part.key}|${cell}`, salt)));
    const hit = part.hashes.find(([hash]) => found.includes(hash));
    if (!hit) return { right: false, told: page.unknown };
    return { right: hit[1] === 0, told: page.feedback[hit[1]] };
  }

  async function markAll(event) {
    event.preventDefault();
    const who = owner ? named : page.book;
    const asked = marked.filter((row) => row.input.value.trim());
    at("score").textContent = asked.length ? "正在核对…" : "还没有填一个答案。";
    let right = 0;
    for (const row of asked) {
      const result = await mark(row.code, row.part, row.input.value);
      right += result.right;
      row.block.className = `part ${result.right ? "right" : "wrong"}`;
      row.told.textContent = `${result.right ? "✓ 对。" : "✗ "}${result.right ? "" : result.told}`;
    }
    for (const row of marked) if (!asked.includes(row)) clear(row);
    if (asked.length) at("score").textContent = `填了 ${asked.length} 项，对 ${right} 项；共 ${marked.length} 项。`;
    handIn(asked, who);
  }

  function clear(row) {
    row.block.className = "part";
    row.told.textContent = "";
  }

  // --- handing in ---------------------------------------------------------------------------

  const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

  function handIn(asked, who) {
    const rows = asked.map((row) => [who, row.code, row.part.key, row.input.value.trim()]);
    const table = [["学号", "题号", "小题", "答案"], ...rows].map((row) => row.map(quoted).join(",")).join("\r\n");
    at("hand").hidden = !asked.length;
    at("table").value = table;
    const link = at("save");
    if (link.href) URL.revokeObjectURL(link.href);
    link.href = URL.createObjectURL(new Blob(["\uFEFF", table, "\r\n"], { type: "text/csv" }));
  }

  // --- showing ------------------------------------------------------------------------------

  const made = (tag, text = "", name = "") => {
    const element = document.createElement(tag);
    element.textContent = text;
    element.className = name;
    return element;
  };

  function field(part, id) {
    const input = made(part.kind === "choice" ? "select" : "input");
    input.id = id;
    if (part.kind === "choice") {
      for (const choice of ["", ...part.choices]) input.append(new Option(choice || "（选一项）", choice));
    } else {
      input.autocomplete = "off";
      input.spellcheck = false;
    }
    return input;
  }

  function partRow(code, part) {
    const [block, told, beside] = [made("div", "", "part"), made("p", "", "told"), made("span", "", "with")];
    const input = field(part, `${code}.${part.key}`);
    const label = made("label", part.label);
    label.htmlFor = input.id;
    told.id = `${input.id}.told`;
    told.setAttribute("role", "status");
    input.setAttribute("aria-describedby", told.id);
    beside.append(input, made("span", part.unit));
    block.append(label, beside, told);
    const row = { code, part, input, block, told };
    input.addEventListener("input", () => clear(row));
    marked.push(row);
    return block;
  }

  function show() {
    const own = page.owners[owner] ?? {};
    marked = [];
    const blocks = [];
    let group = null;
    for (const exercise of page.exercises) {
      const parts = own[exercise.code] ?? page.owners[""][exercise.code];
      if (!parts) continue;
      if (exercise.group !== group) {
        group = exercise.group;
        blocks.push(made("h2", group));
      }
      const mine = exercise.code in own ? owner : "";
      blocks.push(made("h3", `${exercise.code} ${exercise.title}`));
      blocks.push(...parts.map((part) => partRow(exercise.code, { ...part, owner: mine })));
    }
    at("exercises").replaceChildren(...blocks);
    at("hand").hidden = true;
    at("score").textContent = "";
  }

  // The owner of a number or code, and how to name the student; both empty where there is none.
  // A number may be written with blanks, or with the name behind it.
  async function whose(typed) {
    for (const text of typed ? [typed, typed.split(/\s+/)[0]].map(squeezed) : []) {
      const id = await hashed(`who|${text}`, page.salt);
      if (id in page.owners) return [id, text];
      const code = await hashed(`code|${text.toUpperCase()}`, page.salt);
      if (page.codes[code]) return [page.codes[code], text.toUpperCase()];
    }
    return ["", ""];
  }

  async function choose(event) {
    event.preventDefault();
    const typed = at("number").value.trim();
    const found = await whose(typed);
    if (at("number").value.trim() !== typed) return;
    [owner, named] = found;
    if (!typed) at("said").textContent = "没有填学号：核对书里的数。";
    else if (owner) at("said").textContent = "已换成你那份讲义的题。";
    else at("said").textContent = "名单里没有这个学号或短码。请照讲义上的写；现在核对的是书里的数。";
    show();
  }

  if (!globalThis.crypto?.subtle) {
    at("unable").hidden = false;
    return;
  }
  at("who").addEventListener("submit", (event) => (at("number") ? choose(event) : event.preventDefault()));
  at("answers").addEventListener("submit", markAll);
  at("copy").addEventListener("click", async () => {
    at("table").select();
    try { await navigator.clipboard.writeText(at("table").value); } catch { document.execCommand("copy"); }
    at("copy").textContent = "已复制";
  });
  show();
})();
