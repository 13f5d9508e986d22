// The answer, so large that nobody overlooks it: colour, word, sound, vibration.
const words = new Map(
  [...document.getElementById("words").content.querySelectorAll("[data-word]")].map((one) => [
    one.dataset.word,
    one.textContent,
  ]),
);
const LOOKS = {
  admitted: { sign: "✓", tones: [[880, 0, 0.09], [1320, 0.1, 0.16]], shake: [80], stays: 2000 },
  refused: { sign: "✕", tones: [[200, 0, 0.5]], shake: [250, 100, 250], stays: 6000 },
  check: { sign: "!", tones: [[520, 0, 0.15], [520, 0.25, 0.15]], shake: [120, 80, 120], stays: 6000 },
};
const answer = document.getElementById("answer");
let sound;
let hiding;

export function say(word, facts = {}) {
  return (words.get(word) || word).replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");
}

export const isKnown = (word) => words.has(word);

export function time(moment) {
  const format = { hour: "2-digit", minute: "2-digit", second: "2-digit" };
  return new Intl.DateTimeFormat(document.documentElement.lang, format).format(new Date(moment));
}

// Browsers let a page make sounds only after somebody has touched it.
export function allowSound() {
  sound ??= new AudioContext();
  sound.resume();
}

function play(tones) {
  if (sound?.state !== "running") return;
  for (const [pitch, begin, length] of tones) {
    const tone = sound.createOscillator();
    tone.type = "square";
    tone.frequency.value = pitch;
    const loudness = sound.createGain();
    loudness.gain.value = 0.2;
    tone.connect(loudness).connect(sound.destination);
    tone.start(sound.currentTime + begin);
    tone.stop(sound.currentTime + begin + length);
  }
}

export function show(kind, { word, detail = "", more = "", undo }) {
  const look = LOOKS[kind];
  answer.dataset.kind = kind;
  document.getElementById("sign").textContent = look.sign;
  document.getElementById("word").textContent = word;
  document.getElementById("detail").textContent = detail;
  document.getElementById("more").textContent = more;
  const button = document.getElementById("undo");
  button.hidden = !undo;
  button.onclick = undo || null;
  answer.hidden = false;
  play(look.tones);
  navigator.vibrate?.(look.shake);
  clearTimeout(hiding);
  hiding = setTimeout(hide, look.stays);
}

export function hide() {
  answer.hidden = true;
}

document.getElementById("next").addEventListener("click", hide);
addEventListener("keydown", (event) => {
  if (event.key === "Escape") hide();
});
