// The frame's side of signing in: asks the page around it for a token, and trades it for a session.
// Only pages of the origins that the deployment names are asked and listened to.

const place = document.getElementById("embed");
const state = document.getElementById("embed-state");
const origins = place.dataset.origins.split(" ");

async function enter(token) {
  const answer = await fetch("/embed/session", {
    method: "POST",
    headers: { Authorization: `Bearer ${token}` },
  });
  if (answer.ok) {
    location.replace("/");
  } else {
    state.textContent = "Your portal's sign-in did not hold. Load the page again.";
  }
}

window.addEventListener("message", (event) => {
  if (event.source !== window.parent || !origins.includes(event.origin)) return;
  const said = event.data;
  if (said?.type === "next-credentials:token" && typeof said.token === "string") {
    enter(said.token).catch(() => {
      state.textContent = "The service cannot be reached just now. Load the page again.";
    });
  }
});

if (window.parent !== window) {
  for (const origin of origins) {
    window.parent.postMessage({ type: "next-credentials:ready" }, origin);
  }
}
