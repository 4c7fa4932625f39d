// Asks for JSON or HTML. A newer question of the same asker calls off the older one, which then answers null.

export class Asker {
  #running = null;

  /** Parsed JSON, or null when a newer question came first. Throws an Error with a sentence of the server's. */
  async json(url) {
    const answer = await this.#ask(url, "application/json");
    return answer && this.#unlessReplaced(answer, answer.response.json());
  }

  /** The text of a page part, or null. */
  async text(url) {
    const answer = await this.#ask(url, "text/html");
    return answer && this.#unlessReplaced(answer, answer.response.text());
  }

  stop() {
    this.#running?.abort();
    this.#running = null;
  }

  async #ask(url, accept) {
    this.stop();
    const running = (this.#running = new AbortController());
    try {
      const response = await fetch(url, {
        headers: { Accept: accept },
        credentials: "same-origin",
        signal: running.signal,
      });
      if (!response.ok) throw await refusal(response);
      return { response, running };
    } catch (error) {
      if (error.name === "AbortError") return null;
      throw error;
    }
  }

  async #unlessReplaced({ running }, reading) {
    try {
      const content = await reading;
      return running === this.#running ? content : null;
    } catch (error) {
      if (error.name === "AbortError") return null;
      throw error;
    }
  }
}

async function refusal(response) {
  if (response.status === 401) window.location.reload();
  let sentence = "";
  try {
    sentence = (await response.json()).message || "";
  } catch {
    // Not JSON: an error page. The caller has a sentence of its own.
  }
  const error = new Error(sentence || `HTTP ${response.status}`);
  error.sentence = sentence;
  return error;
}

/** `path` with pairs (an array of [name, value]); empty values are left out. */
export function address(path, pairs) {
  const query = new URLSearchParams(pairs.filter(([, value]) => value !== "" && value != null)).toString();
  return query ? `${path}?${query}` : path;
}
