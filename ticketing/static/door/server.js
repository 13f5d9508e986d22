// Calls of the API with the scanner's token.
const PATIENCE = 4000; // milliseconds; then the scanner decides by itself

export class Away extends Error {}
export class Refused extends Error {
  constructor(problem) {
    super(problem.code);
    this.problem = problem;
  }
}

export class Server {
  constructor(api, token) {
    this.api = api;
    this.token = token;
    this.pin = "";
  }

  async call(path, body) {
    const headers = { Authorization: `Bearer ${this.token}`, Accept: "application/json" };
    if (this.pin) headers["X-Door-Pin"] = this.pin;
    if (body) headers["Content-Type"] = "application/json";
    let answer;
    let said;
    try {
      answer = await fetch(this.api + path, {
        method: body ? "POST" : "GET",
        body: body && JSON.stringify(body),
        headers,
        cache: "no-store",
        credentials: "omit",
        signal: AbortSignal.timeout(PATIENCE),
      });
      said = await answer.json();
    } catch {
      throw new Away();
    }
    if (answer.status === 429 || answer.status >= 500) throw new Away();
    if (!answer.ok) throw new Refused(said);
    return said;
  }
}
