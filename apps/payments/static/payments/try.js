"use strict";
// Buys credit through the documented API. The token is pasted or read from the address's
// fragment, which browsers do not send. It stays in this browser, also in the tab to which the payer returns.

const MINOR_DIGITS = { BIF: 0, CLP: 0, JPY: 0, KRW: 0, VND: 0, BHD: 3, JOD: 3, KWD: 3, OMR: 3, TND: 3 };
const field = (id) => document.getElementById(id);
let currency = "USD";

if (location.hash.length > 1) {
  localStorage.setItem("token", location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}
field("token").value = localStorage.getItem("token") || "";

async function call(method, path, body) {
  const headers = { Authorization: `Bearer ${field("token").value.trim()}` };
  if (method === "POST") {
    headers["Idempotency-Key"] = crypto.randomUUID();
    headers["Content-Type"] = "application/json";
  }
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) {
    throw new Error((answer.errors || []).map((one) => `${one.location} ${one.message}`).join("; ") || answer.detail);
  }
  return answer;
}

function smallestUnits(text) {
  const digits = MINOR_DIGITS[currency] ?? 2;
  const match = /^(\d{1,12})(?:\.(\d*))?$/.exec(text.trim());
  if (!match || (match[2] || "").length > digits) throw new Error("Write the amount as a plain number.");
  return Number(match[1] + (match[2] || "").padEnd(digits, "0"));
}

function act(work) {
  return async () => {
    field("problem").textContent = "";
    try {
      await work();
    } catch (error) {
      field("problem").textContent = error.message;
    }
  };
}

const refresh = act(async () => {
  if (!field("token").value) return;
  const profile = await call("GET", "/api/v1/org/billing");
  currency = profile.currency;
  field("balance").textContent = `${profile.creditBalance} ${profile.currency}`;
  const contract = await call("GET", "/api/v1/org/contract").catch(() => null);
  const payable = contract && contract.status === "pending_payment";
  field("subscribe").hidden = !payable;
  field("subscribe").dataset.contract = contract ? contract.contractId : "";
});

field("token").addEventListener("change", () => {
  localStorage.setItem("token", field("token").value.trim());
  refresh();
});
field("buy").addEventListener("click", act(async () => {
  location.assign((await call("POST", "/api/v1/org/billing/checkout", { amount: smallestUnits(field("amount").value) })).url);
}));
field("portal").addEventListener("click", act(async () => {
  location.assign((await call("POST", "/api/v1/org/billing/portal")).url);
}));
field("subscribe").addEventListener("click", act(async () => {
  const contractId = field("subscribe").dataset.contract;
  location.assign((await call("POST", "/api/v1/org/contract/subscribe", { contractId })).url);
}));
refresh();
setInterval(refresh, 3000);
