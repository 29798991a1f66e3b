// Makes a pair of keys in the browser of a controller: the private half is saved as a file and never sent, the public half fills the form.

import { canSeal, fingerprint } from "./sealing.js";
import { newKeyFile } from "./key-file.js";

const place = document.querySelector("[data-new-key]");
const SHORTEST = 16;

if (place && canSeal()) {
  const passphrase = place.querySelector("input");
  const said = place.querySelector("[data-said]");
  place.hidden = false;
  place.querySelector("[data-make]").addEventListener("click", async () => {
    if (passphrase.value.length < SHORTEST) {
      said.textContent = said.dataset.short;
      passphrase.focus();
      return;
    }
    try {
      const made = await newKeyFile(passphrase.value);
      const name = await fingerprint(made.raw);
      save(made.file, `guichet-${name.slice(0, 8)}.key.pem`);
      document.getElementById("id_public").value = made.publicPem;
      said.textContent = `${said.dataset.made} ${name.match(/.{4}/g).join(" ")}`;
      passphrase.value = "";
    } catch (refused) {
      said.textContent = said.dataset.failed;
    }
  });
}

function save(text, name) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/x-pem-file" }));
  const link = document.createElement("a");
  [link.href, link.download] = [address, name];
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}
