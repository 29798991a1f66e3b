// The receipt: copied, printed, downloaded with the key that opens sealed answers. That key is in this tab only, and is never sent.

const token = document.querySelector("input[name=token]")?.value;
const secret = token ? sessionStorage.getItem(`guichet-reply:${token}`) : null;
const state = document.querySelector("[data-state]");

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

const copy = document.querySelector("[data-copy]");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    const copied = navigator.clipboard.writeText(document.querySelector("[data-code]").textContent);
    state.textContent = await copied.then(() => state.dataset.copied, () => state.dataset.notCopied);
  });
}

if (secret) {
  document.querySelector("[data-secret]").textContent = secret;
  document.querySelector("[data-key]").hidden = false;
  document.querySelector("[data-download]").addEventListener("submit", download);
}

async function download(event) {
  event.preventDefault();
  const asked = await fetch(event.target.action, { method: "POST", body: new FormData(event.target), credentials: "same-origin", referrerPolicy: "no-referrer" });
  const text = `${await asked.text()}\n${state.dataset.keyWords}\n${secret}\n`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = "recepisse.txt";
  link.click();
  URL.revokeObjectURL(link.href);
}
