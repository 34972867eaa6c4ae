// A line of code that is too long for its box goes on under itself, deeper than it began, so that indentation still reads as such.
document.addEventListener("DOMContentLoaded", () => {
  for (const line of document.querySelectorAll('.md-typeset pre > code > span[id^="__span"]')) {
    const indent = line.textContent.match(/^ */)[0].length;
    line.style.setProperty("--hang", `${Math.min(indent, 16) + 4}ch`);
    line.classList.add("line");
  }
});
