// What the scanner keeps between two networks: its token, the door, dead codes, who came in, and
// scans that wait to be sent.
const NAME = "door";
const STORES = ["doors", "revoked", "used", "scans"];

const opened = new Promise((resolve, reject) => {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => STORES.forEach((name) => request.result.createObjectStore(name));
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function asked(name, mode, act) {
  const store = (await opened).transaction(name, mode).objectStore(name);
  return new Promise((resolve, reject) => {
    const request = act(store);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export const get = (name, key) => asked(name, "readonly", (store) => store.get(key));
export const put = (name, key, value) => asked(name, "readwrite", (store) => store.put(value, key));
export const remove = (name, key) => asked(name, "readwrite", (store) => store.delete(key));

function below(prefix) {
  return IDBKeyRange.bound(prefix, `${prefix}\uffff`);
}

export const all = (name, prefix, most) =>
  asked(name, "readonly", (store) => store.getAll(below(prefix), most));
export const count = (name, prefix) =>
  asked(name, "readonly", (store) => store.count(below(prefix)));
export const clear = (name, prefix) =>
  asked(name, "readwrite", (store) => store.delete(below(prefix)));

// Many at once, in one transaction.
export async function putAll(name, pairs) {
  const transaction = (await opened).transaction(name, "readwrite");
  pairs.forEach(([key, value]) => transaction.objectStore(name).put(value, key));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = () => reject(transaction.error);
  });
}
