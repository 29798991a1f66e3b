// A link that names a database leads to it unfolded. Without this script it leads to the line, which opens at a touch.

function unfold() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named instanceof HTMLDetailsElement) named.open = true;
}

unfold();
addEventListener("hashchange", unfold);
