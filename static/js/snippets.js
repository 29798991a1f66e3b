// Puts a text of the secretariat where somebody is writing. Without this script the texts can be read and copied.
for (const button of document.querySelectorAll("[data-insert-into]")) {
  const target = document.getElementById(button.dataset.insertInto);
  if (!target) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const text = button.parentElement.querySelector(".snippets__text").textContent.trim();
    const before = target.value.slice(0, target.selectionStart).trimEnd();
    const after = target.value.slice(target.selectionEnd).trimStart();
    target.value = [before, text, after].filter(Boolean).join("\n\n");
    target.dispatchEvent(new Event("input", { bubbles: true }));
    target.focus();
  });
}
