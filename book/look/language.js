// The switch to English: without this script it is a link to the page's card; with it the choice
// goes along to the next page, and a second click takes it back.
(function () {
  "use strict";
  const root = document.documentElement, key = "reading";
  const remember = (value) => { try { localStorage.setItem(key, value); } catch (error) { /* private mode */ } };
  const remembered = () => { try { return localStorage.getItem(key); } catch (error) { return null; } };

  document.addEventListener("DOMContentLoaded", () => {
    const card = document.getElementById("english");
    const switches = document.querySelectorAll(".language-switch[href='#english']");
    if (!card) return;
    const show = (english) => {
      root.classList.toggle("reading-english", english);
      switches.forEach((link) => {
        link.textContent = english ? "中文" : "English";
        link.lang = english ? "zh-CN" : "en";
        link.setAttribute("aria-expanded", String(english));
      });
    };
    const choose = (english, event) => {
      event.preventDefault();
      if (location.hash === "#english") history.replaceState(null, "", location.pathname + location.search);
      remember(english ? "en" : "zh");
      show(english);
      if (english) { card.scrollIntoView({ block: "start" }); card.focus({ preventScroll: true }); }
      else if (switches[0]) switches[0].focus({ preventScroll: true });
    };
    switches.forEach((link) => {
      link.setAttribute("aria-controls", "english");
      link.addEventListener("click", (event) => choose(!root.classList.contains("reading-english"), event));
    });
    card.querySelector(".english-close").addEventListener("click", (event) => choose(false, event));
    const kept = remembered() || (root.classList.contains("reading-english") ? "en" : "zh");
    show(kept === "en" || location.hash === "#english");
  });
})();
