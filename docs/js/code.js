// A line of code that is too long for its box goes on under itself, deeper than it began, so that indentation still reads as such.
document.addEventListener("DOMContentLoaded", () => {
  for (const line of document.querySelectorAll('.md-typeset pre > code > span[id^="__span"]')) {
    const indent = line.textContent.match(/^ */)[0].length;
    line.style.setProperty("--hang", `${Math.min(indent, 16) + 4}ch`);
    line.classList.add("line");
  }
});

// What is copied is the code as it is written, without a line's end for each block besides.
document.addEventListener("copy", (event) => {
  const selection = getSelection();
  if (!selection.rangeCount) return;
  const range = selection.getRangeAt(0);
  const around = range.commonAncestorContainer;
  if (!(around.nodeType === Node.ELEMENT_NODE ? around : around.parentElement).closest("pre")) return;
  event.clipboardData.setData("text/plain", range.cloneContents().textContent);
  event.preventDefault();
});
